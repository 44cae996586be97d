#include "probes/system/units.hpp"

#include <system_error>

#include "probes/json_members.hpp"
#include "probes/program_run.hpp"
#include "probes/system/kernel_text.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {
namespace {

using Units = std::optional<std::vector<std::string>>;

Units parse_list(std::string_view text) {
  const auto list = parse_json(text);
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> units;
  for (const auto& item : list.get_array()) {
    std::string name = text_at(item, {"unit"});
    if (!name.empty() && text_at(item, {"active"}) == "failed") units.push_back(std::move(name));
  }
  return units;
}

// unit load active sub description
Units parse_table(std::string_view text) {
  std::vector<std::string> units;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view name = take_field(line);
    take_field(line);
    if (name.empty()) continue;
    if (take_field(line) != "failed") return std::nullopt;
    units.push_back(text::to_valid_utf8(name));
  }
  return units;
}

}  // namespace

Units parse_failed_units(std::string_view text) {
  return text.starts_with('[') ? parse_list(text) : parse_table(text);
}

runtime::Task<Units> find_failed_units(runtime::Errands& errands, const HostPaths& paths, std::string program,
                                       std::chrono::milliseconds time_limit) {
  std::error_code failed;
  if (!std::filesystem::exists(paths.run / "systemd" / "system", failed)) co_return std::nullopt;
  std::vector<std::string> arguments{std::move(program), "list-units",  "--failed",   "--output=json",
                                     "--plain",          "--no-legend", "--no-pager", "--full"};
  const auto output = co_await run_system_program(errands, std::move(arguments), time_limit);
  if (!output || !output->status.ok()) co_return std::nullopt;
  co_return parse_failed_units(output->out);
}

}  // namespace holdfast::agent
