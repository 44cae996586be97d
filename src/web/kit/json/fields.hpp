#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"

namespace holdfast::web {

// Reads the members of a JSON body. The first that is missing or of the wrong type is kept as the error, and what is
// read after it is empty: read all members, then ask check() once. Members nobody reads are ignored.
class Fields {
 public:
  // Invalid when `body` is no JSON object of at most 32 levels.
  static core::Result<Fields> parse(std::string_view body);
  // The same where a body may be left out altogether.
  static core::Result<Fields> parse_optional(std::string_view body);

  std::string text(std::string_view name);  // required
  std::string text_or(std::string_view name, std::string_view otherwise);
  bool flag_or(std::string_view name, bool otherwise);
  std::vector<std::string> texts_or_none(std::string_view name);  // an array of strings

  // An object of strings, of which null is kept as nothing.
  std::map<std::string, std::optional<std::string>> texts_by_name(std::string_view name);

  // Nothing when it is not given.
  std::optional<std::string> text_if_given(std::string_view name);
  std::optional<std::vector<std::string>> texts_if_given(std::string_view name);
  std::optional<bool> flag_if_given(std::string_view name);
  std::optional<std::int64_t> number_if_given(std::string_view name);  // a whole one
  std::optional<core::Time> time_if_given(std::string_view name);      // RFC 3339

  // The members of an object, which check() for themselves; none of them when it is not given.
  Fields part(std::string_view name);

  core::Result<> check() const;

 private:
  explicit Fields(boost::json::object object) : object_(std::move(object)) {}
  const boost::json::value* find(std::string_view name) const;
  void wrong(std::string_view name, std::string_view should_be);

  boost::json::object object_;
  std::optional<core::Error> error_;
};

}  // namespace holdfast::web
