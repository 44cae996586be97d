#include "text.hpp"

#include <algorithm>

#include "text/ascii.hpp"

namespace holdfast::http {

std::string_view take_until(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (text::equal_ignoring_case(text::trim(take_until(list, ',')), token)) return true;
  }
  return false;
}

}  // namespace holdfast::http
