#include "text/percent.hpp"

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::text {
namespace {

bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("-._~").contains(c);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char letter = to_lower_ascii(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
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
  if (decoded.contains('\0') || !is_valid_utf8(decoded)) return std::nullopt;
  return decoded;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  append_percent_encoded(encoded, text);
  return encoded;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
}

std::optional<std::string> percent_decode(std::string_view text) {
  return decode(text, false);
}
std::optional<std::string> form_decode(std::string_view text) {
  return decode(text, true);
}

}  // namespace holdfast::text
