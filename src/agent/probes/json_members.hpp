#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// Looking for members in what other programs print, which may be of any shape.
namespace holdfast::agent {

// Null when the text is no JSON.
boost::json::value parse_json(std::string_view text);

// The member at the end of the path; null when there is none.
const boost::json::value* find_member(const boost::json::value& value, std::initializer_list<std::string_view> path);

// Empty, or nothing, when there is none of that kind.
std::string text_at(const boost::json::value& value, std::initializer_list<std::string_view> path);
std::optional<std::uint64_t> count_at(const boost::json::value& value, std::initializer_list<std::string_view> path);
std::optional<bool> flag_at(const boost::json::value& value, std::initializer_list<std::string_view> path);

}  // namespace holdfast::agent
