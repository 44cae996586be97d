#include "text.hpp"

#include <algorithm>
#include <cstdint>

namespace holdfast::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char letter = lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// How many bytes the sequence has that starts with `lead`, and the least code point that may take so many.
struct Sequence {
  std::size_t length;
  std::uint32_t first_bits;
  std::uint32_t minimum;
};
Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1, lead, 0};
  if ((lead & 0xE0) == 0xC0) return {2, lead & 0x1FU, 0x80};
  if ((lead & 0xF0) == 0xE0) return {3, lead & 0x0FU, 0x800};
  if ((lead & 0xF8) == 0xF0) return {4, lead & 0x07U, 0x10000};
  return {0, 0, 0};
}

bool is_code_point(std::uint32_t value) {
  return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

// The bytes of the code point at the front, 0 when there is none.
std::size_t code_point_length(std::string_view text) {
  const auto [length, first_bits, minimum] = sequence_of(static_cast<unsigned char>(text.front()));
  if (length == 0 || length > text.size()) return 0;
  std::uint32_t value = first_bits;
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) return 0;
    value = (value << 6) | (byte & 0x3FU);
  }
  return value >= minimum && is_code_point(value) ? length : 0;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (decoded.contains('\0') || !is_utf8(decoded)) return std::nullopt;
  return decoded;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_until(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (equal_ignoring_case(trim(take_until(list, ',')), token)) return true;
  }
  return false;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto length = code_point_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<std::string> percent_decode(std::string_view text) {
  return decode(text, false);
}
std::optional<std::string> form_decode(std::string_view text) {
  return decode(text, true);
}

}  // namespace holdfast::http
