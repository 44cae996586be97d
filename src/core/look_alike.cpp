#include "core/look_alike.hpp"

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <iterator>

#include "core/text.hpp"

namespace holdfast::core {
namespace {

using CodePoint = boost::locale::utf::code_point;
using Utf8 = boost::locale::utf::utf_traits<char>;

struct Span {
  CodePoint first;
  CodePoint last;
};

// Cc, Cf, Zs but U+0020, Zl, Zp, and what is drawn as nothing: fillers and variation selectors. In order.
constexpr Span kHidden[] = {
    {0x0000, 0x001F},   {0x007F, 0x00A0},   {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x0600, 0x0605},
    {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},   {0x08E2, 0x08E2},
    {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x2000, 0x200F},
    {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
    {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

struct Likeness {
  CodePoint seen;
  char as;
};

// Of Greek and Cyrillic, those that many fonts draw as a Latin letter. Capitals as the small letter. In order.
constexpr Likeness kLikenesses[] = {
    {0x0131, 'i'}, {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0396, 'z'}, {0x0397, 'h'}, {0x0399, 'i'},
    {0x039A, 'k'}, {0x039C, 'm'}, {0x039D, 'n'}, {0x039F, 'o'}, {0x03A1, 'p'}, {0x03A4, 't'}, {0x03A5, 'y'},
    {0x03A7, 'x'}, {0x03B1, 'a'}, {0x03B9, 'i'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03F2, 'c'},
    {0x0405, 's'}, {0x0406, 'i'}, {0x0408, 'j'}, {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'}, {0x041A, 'k'},
    {0x041C, 'm'}, {0x041D, 'h'}, {0x041E, 'o'}, {0x0420, 'p'}, {0x0421, 'c'}, {0x0422, 't'}, {0x0423, 'y'},
    {0x0425, 'x'}, {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'},
    {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x04BB, 'h'}, {0x04CF, 'l'}, {0x0501, 'd'},
    {0x051B, 'q'}, {0x051D, 'w'},
};

bool is_hidden(CodePoint point) {
  const auto span = std::ranges::upper_bound(kHidden, point, {}, &Span::first);
  return span != std::begin(kHidden) && point <= std::prev(span)->last;
}

// As one that a name of ASCII would have, where it looks like it.
CodePoint plain(CodePoint point) {
  if (point >= 0xFF01 && point <= 0xFF5E) point -= 0xFF01 - 0x21;  // the wide forms of East Asian text
  if (point >= 'A' && point <= 'Z') return point - 'A' + 'a';
  if (point == '0') return 'o';
  if (point == '1' || point == '|') return 'l';
  const auto likeness = std::ranges::lower_bound(kLikenesses, point, {}, &Likeness::seen);
  const bool known = likeness != std::end(kLikenesses) && likeness->seen == point;
  return known ? static_cast<CodePoint>(likeness->as) : point;
}

// Calls `see` with each code point of valid UTF-8.
template <class See>
void each_code_point(std::string_view text, See see) {
  const char* next = text.data();
  const char* const end = next + text.size();
  while (next != end) {
    const CodePoint point = Utf8::decode(next, end);
    if (!boost::locale::utf::is_valid_codepoint(point)) return;
    see(point);
  }
}

}  // namespace

bool has_hidden_character(std::string_view text) {
  bool found = false;
  each_code_point(text, [&](CodePoint point) { found |= is_hidden(point); });
  return found;
}

std::string look_alike_form(std::string_view name) {
  std::string form;
  each_code_point(name, [&](CodePoint point) {
    if (!is_hidden(point) && point != ' ') Utf8::encode(plain(point), std::back_inserter(form));
  });
  return form;
}

}  // namespace holdfast::core
