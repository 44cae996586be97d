#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kit/render/url.hpp"
#include "text/percent.hpp"

// What templates are compiled to: one function for each place of HTML a value may stand in. What has no overload here
// (booleans, characters, floating point) must pass a filter first.
namespace holdfast::web {

// The five characters that mean something in HTML, and those a parser would change (CR, NUL).
void append_escaped(std::string& out, std::string_view text);

template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

inline void write_text(std::string& out, std::string_view text) {
  append_escaped(out, text);
}
inline void write_text(std::string& out, const views::SafeHtml& html) {
  out += html.text();
}
template <Number T>
void write_text(std::string& out, T number) {
  out += fmt::format_int(number).c_str();
}

inline void write_attribute(std::string& out, std::string_view text) {
  append_escaped(out, text);
}
inline void write_attribute(std::string& out, const views::Url& url) {
  append_escaped(out, url.text());
}
template <Number T>
void write_attribute(std::string& out, T number) {
  out += fmt::format_int(number).c_str();
}

// The address of an asset, known when compiling.
class AssetUrl {
 public:
  explicit constexpr AssetUrl(std::string_view text) : text_(text) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

inline void write_url(std::string& out, const views::Url& url) {
  append_escaped(out, url.text());
}
inline void write_url(std::string& out, AssetUrl url) {
  append_escaped(out, url.text());
}

inline void write_url_part(std::string& out, std::string_view text) {
  text::append_percent_encoded(out, text);
}
template <Number T>
void write_url_part(std::string& out, T number) {
  out += fmt::format_int(number).c_str();
}

// The rest of an id inside a selector such as "#host-…": other characters than those of ids are left out.
void write_identifier(std::string& out, std::string_view text);

inline bool truthy(bool value) {
  return value;
}
inline bool truthy(std::string_view text) {
  return !text.empty();
}
inline bool truthy(const views::Url& url) {
  return !url.empty();
}
inline bool truthy(const views::SafeHtml& html) {
  return !html.empty();
}
template <class T>
bool truthy(const std::optional<T>& value) {
  return value.has_value();
}
template <class T>
bool truthy(const std::vector<T>& list) {
  return !list.empty();
}

// The overloads of a visit().
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

// The `loop` of a {% for %}.
class Loop {
 public:
  explicit Loop(std::size_t size) : length(size), last(size == 1) {}
  void advance() {
    ++index;
    ++index0;
    first = false;
    last = index == length;
  }
  std::size_t length;
  std::size_t index = 1;
  std::size_t index0 = 0;
  bool first = true;
  bool last;
};

}  // namespace holdfast::web
