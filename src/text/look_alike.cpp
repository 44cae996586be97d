#include "text/look_alike.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "code_points.hpp"

// The tables have what fools a person who reads a list of names: what is drawn as nothing, and what many fonts draw
// as a Latin letter. They are far from all that Unicode calls confusable.
namespace holdfast::text {
namespace {

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

// Of those in kHidden, what only parts words. In order.
constexpr Span kBlanks[] = {
    {0x0009, 0x000A}, {0x000D, 0x000D}, {0x0020, 0x0020}, {0x00A0, 0x00A0}, {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

// What is drawn on the letter before it, and of which any number can be drawn over each other. In order.
constexpr Span kMarks[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F},
};
constexpr int kMostMarks = 4;  // on one letter

constexpr CodePoint kZeroWidthJoiner = 0x200D;
constexpr CodePoint kEmojiStyle = 0xFE0F;
constexpr CodePoint kFirstSymbol = 0x203C;  // that an emoji may begin with

template <std::size_t Size>
bool is_in(const Span (&spans)[Size], CodePoint point) {
  const auto span = std::ranges::upper_bound(spans, point, {}, &Span::first);
  return span != std::begin(spans) && point <= std::prev(span)->last;
}

enum class Of { Name, Text };

// Goes along a name or a text, and tells of each character whether it is hidden where it stands.
class Sight {
 public:
  explicit Sight(Of of) : of_(of) {}

  bool is_hidden(CodePoint point) {
    const bool mark = is_in(kMarks, point);
    const bool hidden = mark ? !on_letter_ || ++marks_ > kMostMarks : is_in(kHidden, point) && !may_stay(point);
    if (!hidden && !mark) {
      on_letter_ = !is_in(kBlanks, point);
      marks_ = 0;
    }
    if (hidden || !mark) before_ = hidden ? 0 : point;
    return hidden;
  }

 private:
  bool may_stay(CodePoint point) const {
    if (of_ == Of::Name) return false;
    if (point != kZeroWidthJoiner && point != kEmojiStyle) return is_in(kBlanks, point);
    const bool after_symbol = before_ >= kFirstSymbol && !is_in(kHidden, before_);
    return after_symbol || (point == kZeroWidthJoiner && before_ == kEmojiStyle);
  }

  Of of_;
  bool on_letter_ = false;
  int marks_ = 0;  // on the letter
  CodePoint before_ = 0;
};

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

std::string shown(std::string_view text, Of of) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  Sight sight(of);
  each_code_point(text, [&](CodePoint point) {
    if (sight.is_hidden(point))
      fmt::format_to(std::back_inserter(out), "<U+{:04X}>", point);
    else
      Utf8::encode(point, std::back_inserter(out));
  });
  return out;
}

}  // namespace

bool is_plain(std::string_view text) {
  bool plain = true;  // to the end, as compilers look at many at once then
  for (const unsigned char c : text) plain &= c >= 0x20 && c < 0x7F;
  return plain;
}

bool has_hidden_character(std::string_view text) {
  bool found = false;
  Sight sight(Of::Name);
  each_code_point(text, [&](CodePoint point) { found |= sight.is_hidden(point); });
  return found;
}

std::string shown_name(std::string_view name) {
  return shown(name, Of::Name);
}

std::string shown_text(std::string_view text) {
  return shown(text, Of::Text);
}

std::string look_alike_form(std::string_view name) {
  std::string form;
  Sight sight(Of::Name);
  each_code_point(name, [&](CodePoint point) {
    if (!sight.is_hidden(point) && point != ' ') Utf8::encode(plain(point), std::back_inserter(form));
  });
  return form;
}

}  // namespace holdfast::text
