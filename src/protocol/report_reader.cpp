#include "report_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/backup.hpp"
#include "core/text.hpp"
#include "json_number.hpp"

namespace holdfast::protocol {
namespace {

constexpr double kMaxSeconds = 253'402'300'800.0;  // the year 10000

// Of seconds since 1970, to the millisecond.
std::optional<core::Time> time_of(double seconds) {
  if (!(seconds >= 0 && seconds < kMaxSeconds)) return std::nullopt;
  return core::Time(core::milliseconds(std::llround(seconds * 1000)));
}

}  // namespace

std::string MemberPath::text() const {
  if (!parent) return "The report";
  const std::string own = index ? fmt::format("{}[{}]", name, *index) : std::string(name);
  return parent->parent ? parent->text() + "." + own : own;
}

bool MemberReader::begin(ondemand::field& field) {
  field_ = &field;
  offered_ = 0;
  taken_ = false;
  const char* const raw = field.key().raw();
  const char* end = raw;
  while (*end != '"' && *end != '\\') ++end;
  key_ = {raw, end};
  if (*end == '\\') fault_.syntax = field.unescaped_key().get(key_);
  return !fault_.syntax;
}

bool MemberReader::finish() {
  if (!taken_) fault_.syntax = walk(json(), depth_);
  return !fault_;
}

bool MemberReader::claim(std::string_view name, std::uint32_t bit) {
  taken_ = true;
  if (seen_ & bit) {
    fail(path(name), "is there twice");
    return false;
  }
  seen_ |= bit;
  bool null = false;
  fault_.syntax = json().is_null().get(null);
  return !fault_ && !null;
}

void MemberReader::fail(const MemberPath& place, std::string_view what) {
  fault_.sentence = fmt::format("{} {}.", place.text(), what);
}

void MemberReader::fail_too_many(const MemberPath& place, std::size_t limit) {
  fail(place, fmt::format("must have at most {} entries", limit));
}

std::optional<std::string_view> MemberReader::text_of(const MemberPath& place, ondemand::value& value) {
  std::string_view text;
  const simdjson::error_code error = value.get_string().get(text);
  if (!error) return text;
  if (error == simdjson::INCORRECT_TYPE)
    fail(place, "must be a text");
  else
    fault_.syntax = error;
  return std::nullopt;
}

void MemberReader::read_text(const MemberPath& place, ondemand::value& value, std::string& text) {
  if (const auto read = text_of(place, value)) text = core::truncate_utf8(*read, kMaxReportText);
}

void MemberReader::read_slug(const MemberPath& place, std::string& slug) {
  const auto read = text_of(place, json());
  if (!read) return;
  if (!core::check_customer_slug(*read))
    return fail(place, "must have 2 to 64 characters of a-z, 0-9, '.', '_' and '-'");
  slug = *read;
}

void MemberReader::read_host(const MemberPath& place, std::string& host) {
  const auto read = text_of(place, json());
  if (!read) return;
  const std::string_view name = core::trim(*read);
  if (!is_host_name(name)) return fail(place, "must have 1 to 255 bytes without control characters");
  host = name;
}

void MemberReader::read_count(const MemberPath& place, std::optional<std::uint64_t>& count) {
  count = read_json_whole(token_of(json()));
  if (!count) fail(place, "must be a whole number from 0 to 9223372036854775807");
}

void MemberReader::read_seconds(const MemberPath& place, std::optional<std::uint64_t>& count) {
  const std::string_view token = token_of(json());
  count = read_json_whole(token);
  if (count) return;
  const auto number = read_json_number(token);
  if (!number || !(*number >= 0 && *number < kMaxSeconds))
    return fail(place, "must be a number of seconds, at least 0");
  count = static_cast<std::uint64_t>(*number);
}

void MemberReader::read_number(const MemberPath& place, ondemand::value& value, const Range& range, double& number) {
  const auto read = read_json_number(token_of(value));
  if (!read || *read < range.low || *read > range.high + range.slack)
    return fail(place, fmt::format("must be a number from {} to {}", range.low, range.high));
  number = std::min(*read, range.high) + 0.0;  // -0 becomes 0
}

void MemberReader::read_numbers(std::string_view name, const Range& range, std::array<double, 3>& numbers) {
  std::size_t count = 0;
  each(name, numbers.size(),
       [&](const MemberPath& place, ondemand::value& item) { read_number(place, item, range, numbers[count++]); });
  if (!fault_ && count < numbers.size()) fail(path(name), fmt::format("must have {} entries", numbers.size()));
}

void MemberReader::read_time(const MemberPath& place, std::optional<core::Time>& time) {
  std::string_view text;
  if (const auto number = read_json_number(token_of(json()))) {
    time = time_of(*number);
  } else if (!json().get_string().get(text)) {
    time = core::parse_time(text);
  }
  if (!time || !is_report_time(*time))
    fail(place, "must be a time in RFC 3339 such as 2026-11-22T06:21:00Z, or in seconds since 1970");
}

void MemberReader::read_health(const MemberPath& place, std::optional<core::Health>& health) {
  const auto read = text_of(place, json());
  if (!read) return;
  health = core::parse_health(*read);
  if (!health) fail(place, "must be ok, warn or fail");
}

}  // namespace holdfast::protocol
