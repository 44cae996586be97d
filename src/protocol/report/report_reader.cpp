#include "report/report_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/jobs/backup.hpp"
#include "json/json_number.hpp"
#include "text/ascii.hpp"
#include "text/look_alike.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

// The parser gives each value once and forward only, so every path takes a value or walks over it, and a fault of
// syntax ends the whole. What cannot be true is left out and named, and the rest counts: the programs that report
// are other people's, and a host whose report is refused for one number tells nothing.
namespace holdfast::protocol {
namespace {

constexpr double kMaxSeconds = 253'402'300'800.0;  // the year 10000
// The year 1, which is what several languages write of a time that was never set, as seconds.
constexpr double kNeverSet = -62'135'596'800.0;
constexpr std::string_view kWantedTime =
    "must be a time in RFC 3339 such as 2026-11-22T06:21:00Z, or in seconds since 1970";

// Of seconds since 1970, to the millisecond.
std::optional<core::Time> time_of(double seconds) {
  if (!(seconds >= 0 && seconds < kMaxSeconds)) return std::nullopt;
  return core::Time(core::milliseconds(std::llround(seconds * 1000)));
}

// What is written where there is no time: the year 1 (0001, also 0000 by its offset), 1601, or 1970 to the second.
bool is_never(std::string_view text, std::optional<core::Time> time) {
  constexpr std::string_view kBeginnings[] = {"0000-12-31", "0001-01-01", "1601-01-01"};
  if (text::trim(text).empty() || time == core::Time()) return true;
  return std::ranges::any_of(kBeginnings, [&](auto beginning) { return text.starts_with(beginning); });
}
bool is_never(double seconds) {
  return seconds == 0 || seconds == kNeverSet;
}

// A name that can be shown and found again, of whatever a node calls itself.
std::string usable_host_name(std::string_view text) {
  std::string name(text::trim(text));
  std::ranges::replace_if(name, [](char c) { return text::has_control_character({&c, 1}); }, ' ');
  return std::string(text::trim(text::truncate_utf8(text::shown_name(text::trim(name)), kMaxHostName)));
}

}  // namespace

void ReportFaults::leave_out(const MemberPath& place, std::string_view what) {
  if (++left_out_count <= kMaxLeftOut) left_out.push_back(fmt::format("{} {}.", place.text(), what));
}

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
    // Of two names of a customer nobody knows which one is meant; of anything else the first counts.
    if (name == "customer_id" && depth_ == 1)
      refuse(path(name), "is there twice");
    else
      leave_out(path(name), json(), depth_, "is there twice: the first counts");
    return false;
  }
  seen_ |= bit;
  bool null = false;
  fault_.syntax = json().is_null().get(null);
  return !fault_ && !null;
}

void MemberReader::refuse(const MemberPath& place, std::string_view what) {
  fault_.sentence = fmt::format("{} {}.", place.text(), what);
}

void MemberReader::leave_out(const MemberPath& place, ondemand::value& value, int depth, std::string_view what) {
  fault_.leave_out(place, what);
  fault_.syntax = walk(value, depth);
}

void MemberReader::note_too_many(const MemberPath& place, std::size_t limit) {
  fault_.leave_out(place, fmt::format("must have at most {} entries", limit));
}

std::optional<std::string_view> MemberReader::text_of(const MemberPath& place, ondemand::value& value, int depth) {
  std::string_view text;
  const simdjson::error_code error = value.get_string().get(text);
  if (!error) return text;
  if (error == simdjson::INCORRECT_TYPE)
    leave_out(place, value, depth, "must be a text");
  else
    fault_.syntax = error;
  return std::nullopt;
}

bool MemberReader::read_text(const MemberPath& place, ondemand::value& value, int depth, std::string& text) {
  const auto read = text_of(place, value, depth);
  if (!read) return false;
  const auto said = text::truncate_utf8(*read, kMaxReportText);
  text = said;
  if (text::is_plain(said)) return true;
  text = text::shown_text(said);
  if (text == said) return true;
  fault_.leave_out(place, "must not have hidden characters: they are written out, as <U+200B>");
  text.resize(text::truncate_utf8(text, kMaxReportText).size());
  return true;
}

// Without it nobody knows whose report it is.
void MemberReader::read_slug(const MemberPath& place, std::string& slug) {
  std::string_view text;
  const simdjson::error_code error = json().get_string().get(text);
  if (error == simdjson::INCORRECT_TYPE) return refuse(place, "must be a text");
  if ((fault_.syntax = error)) return;
  if (!core::check_customer_slug(text))
    return refuse(place, "must have 2 to 64 characters of a-z, 0-9, '.', '_' and '-'");
  slug = text;
}

// One that cannot be taken as it is would make the report that of another host, so the nearest that can be is taken.
void MemberReader::read_host(const MemberPath& place, std::string& host) {
  if (const auto number = token_of(json()); is_json_number(number)) host = usable_host_name(number);
  const auto read = text_of(place, json(), depth_);
  if (!read) return;
  host = usable_host_name(*read);
  if (host != text::trim(*read) || host.empty())
    fault_.leave_out(place, "must have 1 to 255 bytes without control or hidden characters");
}

void MemberReader::read_count(const MemberPath& place, std::optional<std::uint64_t>& count) {
  count = read_json_whole(token_of(json()));
  if (!count) leave_out(place, json(), depth_, "must be a whole number from 0 to 9223372036854775807");
}

void MemberReader::read_seconds(const MemberPath& place, std::optional<std::uint64_t>& count) {
  const std::string_view token = token_of(json());
  count = read_json_whole(token);
  if (count) return;
  const auto number = read_json_number(token);
  if (!number || !(*number >= 0 && *number < kMaxSeconds))
    return leave_out(place, json(), depth_, "must be a number of seconds, at least 0");
  count = static_cast<std::uint64_t>(*number);
}

void MemberReader::read_flag(const MemberPath& place, bool& flag) {
  if (json().get_bool().get(flag)) leave_out(place, json(), depth_, "must be true or false");
}

std::optional<double> MemberReader::read_number(const MemberPath& place, ondemand::value& value, int depth,
                                                const Range& range) {
  const auto read = read_json_number(token_of(value));
  if (read && *read >= range.low && *read <= range.high + range.slack)
    return std::min(*read, range.high) + 0.0;  // -0 becomes 0
  leave_out(place, value, depth, fmt::format("must be a number from {} to {}", range.low, range.high));
  return std::nullopt;
}

void MemberReader::read_numbers(std::string_view name, const Range& range,
                                std::optional<std::array<double, 3>>& numbers) {
  const std::size_t faults = fault_.left_out_count;
  std::size_t count = 0;
  std::array<double, 3> read{};
  each(name, read.size(), [&](const MemberPath& place, ondemand::value& item) {
    read[count++] = read_number(place, item, depth_ + 1, range).value_or(0);
  });
  if (fault_ || fault_.left_out_count > faults) return;
  if (count < read.size()) return fault_.leave_out(path(name), fmt::format("must have {} entries", read.size()));
  numbers = read;
}

void MemberReader::read_time(const MemberPath& place, std::optional<core::Time>& time) {
  std::string_view text;
  if (const auto number = read_json_number(token_of(json()))) {
    if (is_never(*number)) return;
    time = time_of(*number);
  } else if (json().get_string().get(text)) {
    return leave_out(place, json(), depth_, kWantedTime);
  } else {
    time = text::parse_time(text);
    if (is_never(text, time)) return time.reset();
  }
  if (time && is_report_time(*time)) return;
  time.reset();
  fault_.leave_out(place, kWantedTime);
}

// A word that nobody knows must not be the same as none, which is well.
void MemberReader::read_health(const MemberPath& place, std::optional<core::Health>& health) {
  const auto read = text_of(place, json(), depth_);
  health = read ? core::parse_health(text::to_lower_ascii(text::trim(*read))) : std::nullopt;
  if (health) return;
  health = core::Health::Warn;
  if (read) fault_.leave_out(place, "must be ok, warn or fail: it counts as warn");
}

}  // namespace holdfast::protocol
