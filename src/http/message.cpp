#include "http/message.hpp"

#include <algorithm>

#include "text.hpp"
#include "text/ascii.hpp"

namespace holdfast::http {
namespace {

Response with_type(int status, std::string_view type, std::string body) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::string(type));
  response.body = std::move(body);
  return response;
}

std::string_view value_of(const std::map<std::string, std::string, std::less<>>& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string_view() : found->second;
}

}  // namespace

void Headers::add(std::string name, std::string value) {
  if (fields_.empty()) fields_.reserve(kUsual);
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [name](const auto& field) { return text::equal_ignoring_case(field.first, name); });
  add(std::string(name), std::move(value));
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (text::equal_ignoring_case(field, name)) return value;
  }
  return {};
}

bool Headers::contains(std::string_view name) const {
  return std::ranges::any_of(fields_,
                             [name](const auto& field) { return text::equal_ignoring_case(field.first, name); });
}

std::string_view Request::parameter(std::string_view name) const {
  return value_of(parameters, name);
}
std::string_view Request::query_value(std::string_view name) const {
  return value_of(query, name);
}

Response text_response(int status, std::string text) {
  return with_type(status, "text/plain; charset=utf-8", std::move(text));
}

Response json_response(int status, std::string json) {
  return with_type(status, "application/json", std::move(json));
}

Response html_response(int status, std::string html) {
  return with_type(status, "text/html; charset=utf-8", std::move(html));
}

Response redirect(std::string location) {
  Response response = empty_response(303);
  response.headers.add("Location", std::move(location));
  return response;
}

Response empty_response(int status) {
  Response response;
  response.status = status;
  return response;
}

std::optional<std::string> cookie(const Request& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (!text::equal_ignoring_case(field, "Cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      auto pair = text::trim(take_until(rest, ';'));
      if (!pair.contains('=')) continue;
      if (take_until(pair, '=') == name) return std::string(pair);
    }
  }
  return std::nullopt;
}

}  // namespace holdfast::http
