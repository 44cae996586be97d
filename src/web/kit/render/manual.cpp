#include "kit/render/manual.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::web {
namespace {

// By the beginning of a page's address; the first that fits counts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kChapters{{
    {"/hosts/add", "guide/adding-hosts"},
    {"/hosts/pending", "guide/adding-hosts#by-announcement"},
    {"/hosts", "guide/fleet#a-host"},
    {"/customers/", "guide/customers#keys"},
    {"/customers", "guide/customers"},
    {"/jobs/", "guide/troubleshooting"},
    {"/jobs", "guide/first-backup"},
    {"/schedules", "guide/schedules"},
    {"/repositories", "guide/repositories"},
    {"/settings", "reference/hub"},
    {"/account", "guide/install#the-hub-as-a-service"},
    {"/manual", "guide/install"},
}};

}  // namespace

const ManualChapter* find_chapter(std::string_view path) {
  const auto chapters = manual();
  const auto found = std::ranges::find(chapters, path, &ManualChapter::path);
  return found == chapters.end() ? nullptr : &*found;
}

std::string_view chapter_of(std::string_view page) {
  const auto* const found =
      std::ranges::find_if(kChapters, [&](const auto& chapter) { return page.starts_with(chapter.first); });
  return found == kChapters.end() ? "guide/fleet" : found->second;
}

}  // namespace holdfast::web
