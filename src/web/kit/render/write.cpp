#include "kit/render/write.hpp"

#include <array>

#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

// What stands for a byte in HTML, or nothing when it stands for itself.
constexpr std::string_view replacement(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\r':
      return "&#13;";  // else it becomes a line feed, and it would end a line of an event stream
    case '\0':
      return "\xEF\xBF\xBD";  // U+FFFD, as a parser does
    default:
      return {};
  }
}

constexpr bool is_word(char character) {
  return text::is_letter(character) || text::is_digit(character) || character == '-' || character == '_';
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view instead = replacement(text[i]);
    if (instead.empty()) continue;
    out.append(text, done, i - done).append(instead);
    done = i + 1;
  }
  out.append(text, done);
}

void write_identifier(std::string& out, std::string_view text) {
  for (const char character : text) {
    if (is_word(character)) out += character;
  }
}

}  // namespace holdfast::web
