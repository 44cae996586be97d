#include "kit/render/filters.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

#include "core/status/status.hpp"
#include "text/duration.hpp"
#include "text/time.hpp"

namespace holdfast::web::filters {
namespace {

constexpr std::string_view kSpace = "\u00A0";

std::string with_digits(double value) {
  if (value < 9.995) return fixed(value, 2);
  return fixed(value, value < 99.95 ? 1 : 0);
}

std::tm utc(core::Time time) {
  return fmt::gmtime(std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

std::string fixed(double value, int digits) {
  constexpr std::size_t kLongest = std::numeric_limits<double>::max_exponent10 + 32;
  std::array<char, kLongest> text;
  const auto end = std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed, digits).ptr;
  return {text.begin(), end};
}

std::string bytes(std::uint64_t count) {
  constexpr std::array<std::string_view, 6> units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (count < 1024) return fmt::format("{}{}B", count, kSpace);
  double value = static_cast<double>(count) / 1024;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return with_digits(value).append(kSpace).append(units.at(unit));
}

std::string rate(std::uint64_t bytes_per_second) {
  return bytes(bytes_per_second) + "/s";
}

std::string number(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string duration(core::milliseconds time) {
  return text::format_duration(time, kSpace);
}

std::string ago(core::Time time, core::Time now) {
  if (now - time >= std::chrono::days(7)) return date(time);
  return duration(now - time) + " ago";
}

std::string until(core::Time time, core::Time now) {
  return time <= now ? "now" : "in " + duration(time - now);
}

std::string since(core::Time time, core::Time now) {
  if (now - time >= std::chrono::days(7)) return "since " + date(time);
  return "for " + duration(now - time);
}

std::string reason(const core::Words& reason, core::Time now) {
  std::string out;
  for (const auto& word : reason) {
    const auto* moment = std::get_if<core::Time>(&word);
    out += moment ? since(*moment, now) : std::get<std::string>(word);
  }
  return out;
}

std::string date(core::Time time) {
  return fmt::format("{:%a} {} {:%b}", utc(time), utc(time).tm_mday, utc(time));
}

std::string datetime(core::Time time) {
  return fmt::format("{:%a %d %b %Y, %H:%M} UTC", utc(time));
}

std::string clock(core::Time time) {
  return fmt::format("{:%H:%M:%S}", utc(time));
}

std::string day(core::Time time) {
  return text::format_day(time);
}

std::string month(core::Time time) {
  return fmt::format("{:%b %Y}", utc(time));
}

std::string iso(core::Time time) {
  return text::format_time(time);
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number(count), count == 1 ? one : many);
}

std::string join(const std::vector<std::string>& list, std::string_view separator) {
  return fmt::format("{}", fmt::join(list, separator));
}

std::string_view short_id(std::string_view id) {
  constexpr std::size_t ulid_length = 26;
  return id.size() == ulid_length ? id.substr(ulid_length - 8) : id.substr(0, 8);
}

std::vector<std::string> groups(std::string_view fingerprint) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < fingerprint.size(); at += 4) result.emplace_back(fingerprint.substr(at, 4));
  return result;
}

}  // namespace holdfast::web::filters
