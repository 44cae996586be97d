#pragma once

#include <boost/locale/utf.hpp>
#include <string_view>

namespace holdfast::text {

using CodePoint = boost::locale::utf::code_point;
using Utf8 = boost::locale::utf::utf_traits<char>;

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

}  // namespace holdfast::text
