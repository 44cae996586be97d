#include "kit/json/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <string_view>

namespace holdfast::web {
namespace {

constexpr std::size_t kLongestDouble = 1100;  // characters of one without an exponent

// The length of the string, number or sign at the front of `text`, which is JSON.
std::size_t token_length(std::string_view text) {
  constexpr std::string_view kNumber = "+-.0123456789E";
  std::size_t end = 1;
  if (text.front() == '"') {
    while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return end + 1;
  }
  if (!kNumber.contains(text.front())) return 1;
  while (end < text.size() && kNumber.contains(text[end])) ++end;
  return end;
}

void append_plainly(std::string& out, std::string_view token) {
  double number = 0;
  std::array<char, kLongestDouble> plain;
  std::from_chars(token.data(), token.data() + token.size(), number);
  const auto end = std::to_chars(plain.data(), plain.data() + plain.size(), number, std::chars_format::fixed).ptr;
  out.append(plain.data(), end);
}

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string compact = boost::json::serialize(value);
  if (!compact.contains('E')) return compact;
  std::string text;
  text.reserve(compact.size());
  for (std::string_view rest = compact; !rest.empty();) {
    const auto token = rest.substr(0, token_length(rest));
    if (token.front() != '"' && token.size() > 1 && token.contains('E'))
      append_plainly(text, token);
    else
      text += token;
    rest.remove_prefix(token.size());
  }
  return text;
}

}  // namespace holdfast::web
