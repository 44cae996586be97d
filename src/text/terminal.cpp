#include "text/terminal.hpp"

#include <fmt/format.h>

#include <iterator>

#include "code_points.hpp"
#include "text/utf8.hpp"

namespace holdfast::text {
namespace {

// C0, DEL and C1: terminals take them for commands.
bool is_control(CodePoint point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

// What follows would be shown in another order than it has.
bool turns_text(CodePoint point) {
  return point == 0x200E || point == 0x200F || (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

void append_shown(std::string& out, CodePoint point) {
  if (point == '\n')
    out += "\\n";
  else if (point == '\r')
    out += "\\r";
  else if (point == '\t')
    out += "\\t";
  else if (is_control(point) || turns_text(point))
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
  else
    Utf8::encode(point, std::back_inserter(out));
}

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string out;
  each_code_point(to_valid_utf8(text), [&](CodePoint point) { append_shown(out, point); });
  return out;
}

void append_escaped(std::string& out, std::string_view text) {
  each_code_point(to_valid_utf8(text), [&](CodePoint point) {
    if (point == '"' || point == '\\') out += '\\';
    append_shown(out, point);
  });
}

}  // namespace holdfast::text
