#include "text/time.hpp"

#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast::text {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view name_of(std::chrono::month month) {
  return kMonths[static_cast<unsigned>(month) - 1];
}

// Reads fixed-width numbers and single characters off the front of a text; after the first mismatch it stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return fail();
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + count, value);
    if (error != std::errc() || end != rest_.data() + count || rest_.front() == '-') return fail();
    rest_.remove_prefix(count);
    return value;
  }
  // Which of `choices` comes next; '\0' when none does.
  char one_of(std::string_view choices) {
    if (rest_.empty() || !choices.contains(rest_.front())) return static_cast<char>(fail());
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  // 1 to 9 digits as milliseconds, the rest cut off.
  int fraction() {
    int value = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
      if (count < 3) value = value * 10 + (rest_[count] - '0');
    }
    if (count == 0 || count > 9) return fail();
    for (std::size_t i = count; i < 3; ++i) value *= 10;
    rest_.remove_prefix(count);
    return value;
  }
  bool finished() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::chrono::minutes scan_offset(Scanner& scan) {
  const char sign = scan.one_of("Zz+-");
  if (sign != '+' && sign != '-') return {};
  const int hours = scan.digits(2);
  scan.one_of(":");
  const int minutes = scan.digits(2);
  if (hours > 23 || minutes > 59) scan.one_of("");
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return sign == '+' ? offset : -offset;
}

}  // namespace

Time into_range(Time time) {
  return std::clamp(time, kEarliest, kLatest);
}

std::string format_time(Time time) {
  time = into_range(time);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<Time> parse_time(std::string_view text) {
  Scanner scan(text);
  const std::chrono::year year(scan.digits(4));
  scan.one_of("-");
  const std::chrono::month month(static_cast<unsigned>(scan.digits(2)));
  scan.one_of("-");
  const std::chrono::day day(static_cast<unsigned>(scan.digits(2)));
  scan.one_of("Tt ");
  const int hours = scan.digits(2);
  scan.one_of(":");
  const int minutes = scan.digits(2);
  scan.one_of(":");
  const int secs = scan.digits(2);
  int fraction = 0;
  if (scan.next_is('.')) {
    scan.one_of(".");
    fraction = scan.fraction();
  }
  const auto offset = scan_offset(scan);
  const std::chrono::year_month_day date(year, month, day);
  if (!scan.finished() || !date.ok() || hours > 23 || minutes > 59 || secs > 60) return std::nullopt;
  const Time time = std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
                    seconds(secs) + milliseconds(fraction) - offset;
  if (time != into_range(time)) return std::nullopt;
  return time;
}

std::string format_http_date(Time time) {
  time = into_range(time);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kWeekdays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), name_of(date.month()), static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string format_day(Time time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {}", static_cast<unsigned>(date.day()), name_of(date.month()));
}

}  // namespace holdfast::text
