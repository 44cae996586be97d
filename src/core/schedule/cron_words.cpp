#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/schedule/cron.hpp"

// What a schedule says in words: "Every day at 02:15", "Mondays and Thursdays at 01:00", "Every 15 minutes, on
// weekdays".
namespace holdfast::core {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 13> kMonths{"",        "January",  "February", "March",  "April",
                                                   "May",     "June",     "July",     "August", "September",
                                                   "October", "November", "December"};
// More times of day are not listed.
constexpr std::size_t kTimesListed = 6;

using Values = std::vector<unsigned>;

template <std::size_t Size>
Values values_of(const std::bitset<Size>& bits) {
  Values values;
  for (unsigned value = 0; value < Size; ++value) {
    if (bits[value]) values.push_back(value);
  }
  return values;
}

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

// "1, 15 and 20 to 25": three and more that follow each other are a range.
template <class Name>
std::string listed_with_ranges(const Values& values, Name name) {
  std::vector<std::string> items;
  for (std::size_t i = 0; i < values.size();) {
    std::size_t end = i + 1;
    while (end < values.size() && values[end] == values[end - 1] + 1) ++end;
    if (end - i >= 3) {
      items.push_back(fmt::format("{} to {}", name(values[i]), name(values[end - 1])));
      i = end;
    } else {
      items.emplace_back(name(values[i++]));
    }
  }
  return listed(items);
}

std::string number_text(unsigned value) {
  return std::to_string(value);
}

// The step by which they go evenly through a whole that has so many: 0, 15, 30 and 45 of 60.
std::optional<unsigned> even_step(const Values& values, unsigned whole) {
  if (values.size() < 2 || values.front() != 0 || whole % values.size() != 0) return std::nullopt;
  const unsigned step = whole / static_cast<unsigned>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != i * step) return std::nullopt;
  }
  return step;
}

bool is_range(const Values& values) {
  return values.back() - values.front() + 1 == values.size();
}

std::string minutes_text(const Values& minutes) {
  return fmt::format("at minute{} {}", minutes.size() > 1 ? "s" : "", listed_with_ranges(minutes, number_text));
}

// "Every 15 minutes", "Every hour at minute 15"
std::string all_hours_text(const Values& minutes) {
  if (const auto step = even_step(minutes, 60))
    return *step == 1 ? "Every minute" : fmt::format("Every {} minutes", *step);
  return minutes == Values{0} ? "Every hour" : "Every hour " + minutes_text(minutes);
}

std::string times_text(const Values& minutes, const Values& hours) {
  std::vector<std::string> times;
  for (const unsigned hour : hours) {
    for (const unsigned minute : minutes) times.push_back(fmt::format("{:02}:{:02}", hour, minute));
  }
  return listed(times);
}

// What begins with "Every" and is not a list of times of day.
std::string often_text(const Values& minutes, const Values& hours) {
  if (hours.size() == 24) return all_hours_text(minutes);
  const auto step = even_step(hours, 24);
  if (step && minutes.size() == 1)
    return fmt::format("Every {} hours{}", *step, minutes == Values{0} ? "" : " " + minutes_text(minutes));
  const auto of_hours = is_range(hours) ? fmt::format(" from {:02}:00 to {:02}:59", hours.front(), hours.back())
                                        : fmt::format(" in the hours {}", listed_with_ranges(hours, number_text));
  return all_hours_text(minutes) + of_hours;
}

std::string weekdays_text(const Values& weekdays) {
  if (weekdays == Values{1, 2, 3, 4, 5}) return "weekdays";
  std::vector<std::string> names;
  for (const unsigned day : weekdays) {
    if (day != 0) names.push_back(fmt::format("{}s", kWeekdays[day]));
  }
  if (weekdays.front() == 0) names.emplace_back("Sundays");
  return listed(names);
}

// "in January and July", "from March to May", or empty for all of them.
std::string months_text(const Values& months) {
  if (months.size() == 12) return "";
  const auto names = listed_with_ranges(months, [](unsigned month) { return std::string(kMonths[month]); });
  return fmt::format("{} {}", months.size() > 2 && is_range(months) ? "from" : "in", names);
}

std::string days_text(const Values& days, const Values& months) {
  const auto of_months = months.size() == 12  ? std::string("of each month")
                         : months.size() == 1 ? fmt::format("of {}", kMonths[months.front()])
                                              : "of each month " + months_text(months);
  return fmt::format("day{} {} {}", days.size() > 1 ? "s" : "", listed_with_ranges(days, number_text), of_months);
}

std::string joined(std::string first, std::string_view second) {
  return second.empty() ? first : fmt::format("{} {}", first, second);
}

// "every day", "Mondays and Thursdays in March", "on day 1 of each month"
std::string which_days(const Values& days, const Values& weekdays, const Values& months, bool either) {
  const bool any_day = days.size() == 31;
  const bool any_weekday = weekdays.size() == 7;
  const bool every_day = either ? any_day || any_weekday : any_day && any_weekday;
  if (every_day) return joined("every day", months_text(months));
  if (any_day) return joined(weekdays_text(weekdays), months_text(months));
  if (any_weekday) return "on " + days_text(days, months);
  if (!either) return fmt::format("{} that are {}", weekdays_text(weekdays), days_text(days, months));
  return joined(fmt::format("on {} and on {}", days_text(days, months), weekdays_text(weekdays)), months_text(months));
}

std::string capitalised(std::string text) {
  text.front() = static_cast<char>(text.front() - (text.front() >= 'a' && text.front() <= 'z' ? 'a' - 'A' : 0));
  return text;
}

}  // namespace

std::string Cron::sentence() const {
  if (!is_ever_due()) return "Never: there is no such day.";
  const Values minutes = values_of(minutes_);
  const Values hours = values_of(hours_);
  std::string days = which_days(values_of(days_), values_of(weekdays_), values_of(months_), !any_day_ && !any_weekday_);
  if (minutes.size() * hours.size() <= kTimesListed)
    return capitalised(fmt::format("{} at {}", days, times_text(minutes, hours)));
  if (days == "every day") return often_text(minutes, hours);
  if (days.starts_with("every day ")) return fmt::format("{}, {}", often_text(minutes, hours), days.substr(10));
  return fmt::format("{}, {}{}", often_text(minutes, hours), days.starts_with("on ") ? "" : "on ", days);
}

}  // namespace holdfast::core
