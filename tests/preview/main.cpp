#include <filesystem>
#include <fstream>
#include <iostream>

#include "kit/render/assets.hpp"
#include "samples.hpp"

// web_preview <folder>: writes every page in every state, and the static files, to look at and to test in a browser.
namespace {

void write(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace holdfast;
  if (count != 2) {
    std::cerr << "usage: web_preview FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for (const auto& previews : {preview::account_previews(), preview::fleet_previews(), preview::enrolment_previews(),
                               preview::host_previews(), preview::host_tab_previews(), preview::customer_previews(),
                               preview::job_previews(), preview::repository_previews(), preview::schedule_previews(),
                               preview::grid_previews(), preview::settings_previews()}) {
    for (const auto& page : previews) write(folder / (page.name + ".html"), page.html);
  }
  for (const auto& part : preview::part_previews()) write(folder / "parts" / (part.name + ".html"), part.html);
  for (const auto& event : preview::event_previews()) write(folder / "events" / (event.name + ".txt"), event.html);
  for (const web::Asset& asset : web::assets()) write(folder / asset.hashed_path.substr(1), asset.bytes);
}
