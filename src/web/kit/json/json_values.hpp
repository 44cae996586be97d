#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "text/time.hpp"

// Values as the API writes them: what is not known is null.
namespace holdfast::web {

inline boost::json::value or_null(const std::optional<core::Time>& time) {
  return time ? boost::json::value(text::format_time(*time)) : boost::json::value(nullptr);
}

template <class Tag>
boost::json::value or_null(const std::optional<core::Id<Tag>>& id) {
  return id ? boost::json::value(id->text()) : boost::json::value(nullptr);
}

template <class Number>
  requires std::is_arithmetic_v<Number>
boost::json::value or_null(const std::optional<Number>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

inline boost::json::array to_array(const std::vector<std::string>& texts) {
  boost::json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

}  // namespace holdfast::web
