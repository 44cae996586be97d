#include "agent/wire.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/look_alike.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

namespace holdfast::protocol {
namespace {

// An integer, however the parser keeps it; nothing when it is none or out of range.
std::optional<std::int64_t> as_integer(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= kMaxInteger) return static_cast<std::int64_t>(value.get_uint64());
  return std::nullopt;
}

std::optional<double> as_real(const json::value& value) {
  if (value.is_double()) return value.get_double();
  const auto integer = as_integer(value);
  return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
}

void show(std::string& text, std::size_t limit) {
  text = text::shown_text(text);
  text.resize(text::truncate_utf8(text, limit).size());
}

}  // namespace

std::string Place::text() const {
  const std::string own = index ? fmt::format("{}[{}]", name, *index) : std::string(name);
  if (!parent) return own + ":";
  const std::string outer = parent->text();
  return outer + (outer.ends_with(':') ? " " : ".") + own;
}

Reader::Reader(const json::value& value, const Place& place, std::string& error)
    : object_(value.if_object()), place_(place), error_(error) {
  if (!object_) fail(place_, "must be an object");
}

void Reader::fail(const Place& place, std::string_view what) {
  if (!good()) return;
  const std::string where = place.text();
  error_ = fmt::format("{}{} {}", where, where.ends_with(':') ? "" : ":", what);
}

const json::value* Reader::find(std::string_view name) {
  if (!good()) return nullptr;
  const json::value* member = object_->if_contains(name);
  if (!member) fail(Place{&place_, name, {}}, "is missing");
  return member;
}

bool Reader::present(std::string_view name) const {
  if (!good()) return false;
  const json::value* member = object_->if_contains(name);
  return member && !member->is_null();
}

void Reader::read_text(const json::value& value, const Place& place, std::string& text, std::size_t limit) {
  const json::string* string = value.if_string();
  if (!string) return fail(place, "must be a text");
  if (string->size() > limit) return fail(place, fmt::format("longer than {} bytes", limit));
  text.assign(string->data(), string->size());
}

void Reader::text(std::string_view name, std::string& value, std::size_t limit) {
  if (const json::value* member = find(name)) read_text(*member, Place{&place_, name, {}}, value, limit);
}

void Reader::texts(std::string_view name, std::vector<std::string>& values, std::size_t count, std::size_t limit) {
  each(name, count,
       [&](const json::value& item, const Place& place) { read_text(item, place, values.emplace_back(), limit); });
}

void Reader::shown(std::string_view name, std::string& value, std::size_t limit) {
  text(name, value, limit);
  show(value, limit);
}

void Reader::shown_texts(std::string_view name, std::vector<std::string>& values, std::size_t count,
                         std::size_t limit) {
  texts(name, values, count, limit);
  for (auto& value : values) show(value, limit);
}

void Reader::optional_map(std::string_view name, std::map<std::string, std::string>& values, std::size_t count,
                          std::size_t limit) {
  values.clear();
  if (!present(name)) return;
  const Place place{&place_, name, {}};
  const json::object* object = object_->at(name).if_object();
  if (!object) return fail(place, "must be an object");
  if (object->size() > count) return fail(place, "has too many members");
  for (const auto& [key, value] : *object) read_text(value, place, values[std::string(key)], limit);
}

void Reader::integer(std::string_view name, std::uint64_t& value) {
  const json::value* member = find(name);
  if (!member) return;
  const auto number = as_integer(*member);
  if (!number || *number < 0) return fail(Place{&place_, name, {}}, "must be an integer from 0 to 2^63-1");
  value = static_cast<std::uint64_t>(*number);
}

void Reader::integer(std::string_view name, int& value) {
  const json::value* member = find(name);
  if (!member) return;
  const auto number = as_integer(*member);
  if (!number || !std::in_range<int>(*number)) return fail(Place{&place_, name, {}}, "must be a small integer");
  value = static_cast<int>(*number);
}

void Reader::real(std::string_view name, double& value) {
  const json::value* member = find(name);
  if (!member) return;
  const auto number = as_real(*member);
  if (!number || !(*number >= 0 && *number <= kMaxReal))
    return fail(Place{&place_, name, {}}, "must be a number from 0 to 10^12");
  value = *number;
}

void Reader::flag(std::string_view name, bool& value) {
  const json::value* member = find(name);
  if (!member) return;
  if (!member->is_bool()) return fail(Place{&place_, name, {}}, "must be true or false");
  value = member->get_bool();
}

void Reader::time(std::string_view name, core::Time& value) {
  std::string written;
  text(name, written, 64);
  if (!good()) return;
  const auto parsed = text::parse_time(written);
  if (!parsed) return fail(Place{&place_, name, {}}, "not a time in RFC 3339");
  value = *parsed;
}

namespace {

// More than a year is as good as any other nonsense, and must be fit to be added to a moment.
core::seconds seconds_of(std::uint64_t count) {
  constexpr std::uint64_t kLongest = 366 * 86400;
  return core::seconds(static_cast<core::seconds::rep>(std::min(count, kLongest)));
}

}  // namespace

void Reader::duration(std::string_view name, std::optional<core::seconds>& value) {
  if (!present(name)) return;
  std::uint64_t count = 0;
  integer(name, count);
  value = seconds_of(count);
}

void Reader::seconds(std::string_view name, core::seconds& value) {
  std::uint64_t count = 0;
  integer(name, count);
  value = seconds_of(count);
}

}  // namespace holdfast::protocol
