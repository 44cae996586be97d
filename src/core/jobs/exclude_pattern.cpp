#include "core/jobs/exclude_pattern.hpp"

#include <algorithm>

namespace holdfast::core {
namespace {

// Takes one character of a range, which a backslash may protect; false when there is none.
bool take_character(std::string_view& text) {
  if (text.empty() || text.front() == '-' || text.front() == ']') return false;
  if (text.front() == '\\') text.remove_prefix(1);
  if (text.empty()) return false;
  text.remove_prefix(1);
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0) == 0x80) text.remove_prefix(1);
  return !text.empty();
}

// Takes what follows '[', with its ']'. At least one character or span of characters must be in it.
bool take_range(std::string_view& text) {
  if (text.starts_with('^')) text.remove_prefix(1);
  do {
    if (!take_character(text)) return false;
    if (!text.starts_with('-')) continue;
    text.remove_prefix(1);
    if (!take_character(text)) return false;
  } while (!text.starts_with(']'));
  text.remove_prefix(1);
  return true;
}

bool is_part(std::string_view part) {
  while (!part.empty()) {
    const char c = part.front();
    part.remove_prefix(1);
    if (c == '\\' && part.empty()) return false;
    if (c == '\\') part.remove_prefix(1);
    if (c == '[' && !take_range(part)) return false;
  }
  return true;
}

}  // namespace

bool is_exclude_pattern(std::string_view pattern) {
  while (!pattern.empty()) {
    const auto end = std::min(pattern.find('/'), pattern.size());
    if (!is_part(pattern.substr(0, end))) return false;
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
  }
  return true;
}

}  // namespace holdfast::core
