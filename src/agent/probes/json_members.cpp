#include "probes/json_members.hpp"

namespace holdfast::agent {

namespace json = boost::json;
using Path = std::initializer_list<std::string_view>;

json::value parse_json(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(json::string_view(text), error);
  return error ? json::value() : value;
}

const json::value* find_member(const json::value& value, Path path) {
  const json::value* member = &value;
  for (const std::string_view name : path) {
    const json::object* object = member->if_object();
    member = object ? object->if_contains(name) : nullptr;
    if (!member) return nullptr;
  }
  return member;
}

std::string text_at(const json::value& value, Path path) {
  const json::value* member = find_member(value, path);
  const json::string* text = member ? member->if_string() : nullptr;
  return text ? std::string(std::string_view(*text)) : std::string();
}

std::optional<std::uint64_t> count_at(const json::value& value, Path path) {
  const json::value* member = find_member(value, path);
  if (!member) return std::nullopt;
  json::error_code failed;
  const auto count = member->to_number<std::uint64_t>(failed);
  return failed ? std::nullopt : std::optional(count);
}

std::optional<bool> flag_at(const json::value& value, Path path) {
  const json::value* member = find_member(value, path);
  return member && member->is_bool() ? std::optional(member->get_bool()) : std::nullopt;
}

}  // namespace holdfast::agent
