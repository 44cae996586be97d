#include "config/config_keys.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace holdfast::runtime {
namespace {

constexpr std::size_t kNear = 3;              // edits
constexpr std::size_t kLongestMistyped = 64;  // nothing longer was mistyped

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, end);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

// The number of insertions, deletions and replacements between two names.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::expected<void, std::string> set_from_text(const ConfigKey& key, const std::string& text) {
  if (text.empty()) return {};
  if (!key.is_list) return key.set(text);
  if (text == "-") return {};
  for (const std::string& item : split_at_commas(text)) {
    const auto outcome = key.set(item);
    if (!outcome) return outcome;
  }
  return {};
}

const ConfigKey* KnownKeys::find(std::string_view name) const {
  const auto found = std::ranges::find(keys_, name, &ConfigKey::name);
  return found == keys_.end() ? nullptr : &*found;
}

bool KnownKeys::is_section(std::string_view name) const {
  return std::ranges::any_of(keys_, [name](const ConfigKey& key) {
    return key.name.size() > name.size() && key.name.starts_with(name) && key.name[name.size()] == '.';
  });
}

std::vector<std::string> KnownKeys::names() const {
  std::set<std::string> names;
  for (const ConfigKey& key : keys_) {
    names.insert(key.name);
    for (auto dot = key.name.find('.'); dot != std::string::npos; dot = key.name.find('.', dot + 1)) {
      names.insert(key.name.substr(0, dot));
    }
  }
  return {names.begin(), names.end()};
}

std::string suggest(std::string_view name, std::span<const std::string> candidates) {
  if (name.size() > kLongestMistyped) return {};
  for (const std::string& candidate : candidates) {
    if (candidate.ends_with("." + std::string(name))) return "; did you mean " + candidate + "?";
  }
  std::size_t nearest = std::min(kNear + 1, name.size());
  std::string_view best;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance >= nearest) continue;
    nearest = distance;
    best = candidate;
  }
  return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

}  // namespace holdfast::runtime
