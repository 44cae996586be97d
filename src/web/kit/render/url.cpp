#include "kit/render/url.hpp"

#include "text/percent.hpp"

namespace holdfast::web::views {

Url& Url::segment(std::string_view text) {
  if (!text_.ends_with('/')) text_ += '/';
  text::append_percent_encoded(text_, text);
  return *this;
}

Url& Url::query(std::string_view name, std::string_view value) {
  text_ += text_.contains('?') ? '&' : '?';
  text::append_percent_encoded(text_, name);
  text_ += '=';
  text::append_percent_encoded(text_, value);
  return *this;
}

Url& Url::query(std::string_view name, std::uint64_t value) {
  return query(name, std::string_view(std::to_string(value)));
}

Url& Url::fragment(std::string_view text) {
  text_ += '#';
  text::append_percent_encoded(text_, text);
  return *this;
}

Url Url::from_request(std::string_view target) {
  Url url("/");
  const bool foreign = target.empty() || target[0] != '/' || target.starts_with("//") || target.contains('\\');
  const bool printable =
      target.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+,;=:@/?") ==
      std::string_view::npos;
  if (!foreign && printable) url.text_ = target;
  return url;
}

}  // namespace holdfast::web::views
