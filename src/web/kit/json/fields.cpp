#include "kit/json/fields.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "text/time.hpp"

namespace holdfast::web {
namespace json = boost::json;

core::Result<Fields> Fields::parse(std::string_view body) {
  json::parse_options options;
  options.max_depth = 32;
  json::error_code error;
  json::value value = json::parse(body, error, {}, options);
  if (error || !value.is_object())
    return core::fail(core::ErrorKind::Invalid, "not_json", "The body must be a JSON object.");
  return Fields(std::move(value.as_object()));
}

core::Result<Fields> Fields::parse_optional(std::string_view body) {
  return body.empty() ? Fields(json::object()) : parse(body);
}

const json::value* Fields::find(std::string_view name) const {
  const json::value* value = object_.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

void Fields::wrong(std::string_view name, std::string_view should_be) {
  if (error_) return;
  error_ = core::Error{core::ErrorKind::Invalid, "field_invalid", fmt::format("{} must be {}.", name, should_be)};
}

std::string Fields::text(std::string_view name) {
  if (!find(name)) wrong(name, "given as a string");
  return text_or(name, {});
}

std::string Fields::text_or(std::string_view name, std::string_view otherwise) {
  const json::value* value = find(name);
  if (!value) return std::string(otherwise);
  if (value->is_string()) return std::string(value->as_string());
  wrong(name, "a string");
  return {};
}

Fields Fields::part(std::string_view name) {
  const json::value* value = find(name);
  if (value && value->is_object()) return Fields(value->as_object());
  if (value) wrong(name, "an object");
  return Fields(json::object());
}

bool Fields::flag_or(std::string_view name, bool otherwise) {
  const json::value* value = find(name);
  if (!value) return otherwise;
  if (value->is_bool()) return value->as_bool();
  wrong(name, "true or false");
  return otherwise;
}

std::vector<std::string> Fields::texts_or_none(std::string_view name) {
  std::vector<std::string> texts;
  const json::value* value = find(name);
  if (!value) return texts;
  if (!value->is_array()) wrong(name, "an array of strings");
  for (const auto& item : value->is_array() ? value->as_array() : json::array()) {
    if (item.is_string())
      texts.emplace_back(item.as_string());
    else
      wrong(name, "an array of strings");
  }
  return texts;
}

std::map<std::string, std::optional<std::string>> Fields::texts_by_name(std::string_view name) {
  std::map<std::string, std::optional<std::string>> texts;
  const json::value* value = find(name);
  if (value && !value->is_object()) wrong(name, "an object of strings");
  for (const auto& [key, item] : value && value->is_object() ? value->as_object() : json::object()) {
    if (item.is_string())
      texts[key] = std::string(item.as_string());
    else if (item.is_null())
      texts[key] = std::nullopt;
    else
      wrong(name, "an object of strings");
  }
  return texts;
}

std::optional<std::string> Fields::text_if_given(std::string_view name) {
  if (!find(name)) return std::nullopt;
  return text_or(name, {});
}

std::optional<std::vector<std::string>> Fields::texts_if_given(std::string_view name) {
  if (!find(name)) return std::nullopt;
  return texts_or_none(name);
}

std::optional<bool> Fields::flag_if_given(std::string_view name) {
  if (!find(name)) return std::nullopt;
  return flag_or(name, false);
}

std::optional<std::int64_t> Fields::number_if_given(std::string_view name) {
  const json::value* value = find(name);
  if (!value) return std::nullopt;
  json::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  if (!error) return number;
  wrong(name, "a whole number");
  return std::nullopt;
}

std::optional<core::Time> Fields::time_if_given(std::string_view name) {
  const auto text = text_if_given(name);
  if (!text) return std::nullopt;
  auto time = text::parse_time(*text);
  if (!time) wrong(name, "a time such as 2026-11-22T06:21:00Z");
  return time;
}

core::Result<> Fields::check() const {
  if (error_) return std::unexpected(*error_);
  return {};
}

}  // namespace holdfast::web
