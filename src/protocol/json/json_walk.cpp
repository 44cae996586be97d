#include "json/json_walk.hpp"

#include "json/json_number.hpp"

namespace holdfast::protocol {
namespace {

simdjson::error_code walk_object(ondemand::object object, int depth) {
  if (depth >= kMaxDepth) return simdjson::DEPTH_ERROR;
  for (auto result : object) {
    ondemand::field field;
    std::string_view name;
    if (const auto error = std::move(result).get(field)) return error;
    if (const auto error = field.unescaped_key().get(name)) return error;
    if (const auto error = walk(field.value(), depth + 1)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code walk_list(ondemand::array list, int depth) {
  if (depth >= kMaxDepth) return simdjson::DEPTH_ERROR;
  for (auto result : list) {
    ondemand::value value;
    if (const auto error = std::move(result).get(value)) return error;
    if (const auto error = walk(value, depth + 1)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code walk_scalar(ondemand::value value, ondemand::json_type type) {
  std::string_view text;
  if (type == ondemand::json_type::string) return value.get_string().get(text);
  const std::string_view token = token_of(value);
  const bool good = type == ondemand::json_type::number ? is_json_number(token)
                                                        : token == "true" || token == "false" || token == "null";
  return good ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

}  // namespace

std::string_view token_of(ondemand::value& value) {
  std::string_view token = value.raw_json_token();  // up to where the next one begins
  while (token.ends_with(' ') || token.ends_with('\n') || token.ends_with('\r') || token.ends_with('\t'))
    token.remove_suffix(1);
  return token;
}

simdjson::error_code walk(ondemand::value value, int depth) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    return walk_object(object, depth);
  }
  if (type == ondemand::json_type::array) {
    ondemand::array list;
    if (const auto error = value.get_array().get(list)) return error;
    return walk_list(list, depth);
  }
  return walk_scalar(value, type);
}

}  // namespace holdfast::protocol
