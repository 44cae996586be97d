#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Addresses and HTML that are safe by how they were made.
namespace holdfast::web::views {

// A path of this hub, known when compiling: "/jobs".
class LocalPath {
 public:
  consteval LocalPath(const char* path) : path_(path) {  // NOLINT: meant to convert
    if (path_.empty() || path_[0] != '/' || path_.starts_with("//")) throw "a path of this hub begins with one /";
  }
  constexpr std::string_view text() const { return path_; }

 private:
  std::string_view path_;
};

// An address that code has put together; templates print nothing else as a whole address.
class Url {
 public:
  Url() = default;
  Url(LocalPath path) : text_(path.text()) {}  // NOLINT: meant to convert

  Url& segment(std::string_view text);  // "/" and the text, encoded
  Url& query(std::string_view name, std::string_view value);
  Url& query(std::string_view name, std::uint64_t value);
  Url& fragment(std::string_view text);  // of a page: goes last
  // A path and query as a browser sent it. Anything that is no path of this hub becomes "/".
  static Url from_request(std::string_view target);

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Url&) const = default;

 private:
  std::string text_;
};

// HTML that was escaped when it was made: what a render function wrote, nothing else.
class SafeHtml {
 public:
  SafeHtml() = default;
  explicit SafeHtml(std::string html) : html_(std::move(html)) {}
  const std::string& text() const { return html_; }
  bool empty() const { return html_.empty(); }

 private:
  std::string html_;
};

}  // namespace holdfast::web::views
