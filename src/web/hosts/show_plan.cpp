#include <fmt/format.h>

#include <algorithm>

#include "hosts/limits/limits_form.hpp"
#include "kit/show.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {

views::SourceGroupView show_group(const core::SourceGroup& group) {
  views::SourceGroupView view{group.name, group.sources.paths, group.sources.excludes, group.sources.tags, {}};
  view.form.host = group.host.text();
  view.form.id = group.id.text();
  view.form.name = group.name;
  view.form.paths = join_lines(group.sources.paths);
  view.form.excludes = join_lines(group.sources.excludes);
  view.form.tags = join_tags(group.sources.tags);
  view.form.backup_age = hours_text(group.backup_age);
  return view;
}

std::vector<std::string> split_tags(std::string_view text) {
  std::vector<std::string> tags;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" ,\t\r\n"), text.size());
    if (end > 0) tags.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return tags;
}

std::string join_tags(const std::vector<std::string>& tags) {
  return fmt::format("{}", fmt::join(tags, ", "));
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (!text::trim(line).empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace holdfast::web
