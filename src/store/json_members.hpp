#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "text/time.hpp"

// Structs as JSON objects. Each has one list of its members, which writing and reading share.
namespace holdfast::store {

// Of a struct: list(io, value) calls io("name", value.name) for each of its members.
template <class T>
struct Members;

// Of an enumeration: to(value) is its word, and from(word) the value, or nothing for a word that it does not know.
template <class E>
struct Words;

inline boost::json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

class Writing {
 public:
  explicit Writing(boost::json::object& object) : object_(object) {}

  template <class T>
  void operator()(std::string_view name, const T& value) {
    object_.emplace(view(name), value_of(value));
  }
  template <class T>
  void operator()(std::string_view name, const std::optional<T>& value) {
    if (value) (*this)(name, *value);
  }

 private:
  using Value = boost::json::value;

  static Value value_of(const std::string& text) { return view(text); }
  static Value value_of(const std::integral auto& number) { return number; }
  static Value value_of(double number) { return number; }
  static Value value_of(core::Time time) { return time.time_since_epoch().count(); }
  template <class Rep, class Period>
  static Value value_of(const std::chrono::duration<Rep, Period>& time) {
    return std::int64_t{time.count()};
  }
  template <class E>
    requires std::is_enum_v<E>
  static Value value_of(const E& value) {
    return view(Words<E>::to(value));
  }
  static Value value_of(const std::vector<std::string>& texts) {
    boost::json::array array;
    for (const std::string& text : texts) array.emplace_back(view(text));
    return array;
  }
  template <class T>
  static Value value_of(const T& value) {
    boost::json::object object;
    Writing io(object);
    Members<T>::list(io, value);
    return object;
  }

  boost::json::object& object_;
};

// What is missing or of another kind keeps its default, and what has no name here is passed over.
class Reading {
 public:
  explicit Reading(const boost::json::object& object) : object_(object) {}

  // A word is missing, or not known.
  bool failed() const { return failed_; }
  bool has(std::string_view name) const { return object_.contains(view(name)); }

  template <class T>
  void operator()(std::string_view name, T& out) {
    const auto* member = object_.if_contains(view(name));
    if (member)
      read(*member, out);
    else
      failed_ |= std::is_enum_v<T>;
  }

 private:
  using Value = boost::json::value;

  // Each is true when the value is of the kind; else `out` stays as it is.
  bool read(const Value& value, std::string& out) {
    const auto* text = value.if_string();
    if (text) out.assign(text->data(), text->size());
    return text;
  }
  bool read(const Value& value, bool& out) {
    const bool* flag = value.if_bool();
    if (flag) out = *flag;
    return flag;
  }
  bool read(const Value& value, double& out) { return read_number(value, out); }
  bool read(const Value& value, std::integral auto& out) { return read_number(value, out); }
  bool read(const Value& value, core::Time& out) {
    auto count = out.time_since_epoch().count();
    const bool fits = read(value, count);
    out = text::into_range(core::Time(core::milliseconds(count)));
    return fits;
  }
  template <class Rep, class Period>
  bool read(const Value& value, std::chrono::duration<Rep, Period>& out) {
    Rep count = out.count();
    const bool fits = read(value, count);
    out = std::chrono::duration<Rep, Period>(count);
    return fits;
  }
  template <class E>
    requires std::is_enum_v<E>
  bool read(const Value& value, E& out) {
    std::string word;
    read(value, word);
    const std::optional<E> known = Words<E>::from(word);
    failed_ |= !known;
    out = known.value_or(out);
    return known.has_value();
  }
  bool read(const Value& value, std::vector<std::string>& out) {
    const auto* array = value.if_array();
    if (!array) return false;
    for (const auto& item : *array) {
      if (!read(item, out.emplace_back())) out.pop_back();
    }
    return true;
  }
  template <class T>
  bool read(const Value& value, std::optional<T>& out) {
    if (!read(value, out.emplace())) out.reset();
    return out.has_value();
  }
  template <class T>
  bool read(const Value& value, T& out) {
    const auto* object = value.if_object();
    if (!object) return false;
    Reading io(*object);
    Members<T>::list(io, out);
    failed_ |= io.failed_;
    return true;
  }

  template <class T>
  static bool read_number(const Value& value, T& out) {
    boost::json::error_code error;
    const T number = value.to_number<T>(error);
    if (!error) out = number;
    return !error;
  }

  const boost::json::object& object_;
  bool failed_ = false;
};

}  // namespace holdfast::store
