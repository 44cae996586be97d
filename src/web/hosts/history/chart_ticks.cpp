#include "hosts/history/chart_ticks.hpp"

#include <algorithm>
#include <array>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using core::milliseconds;
using core::Time;
using std::chrono::days;

constexpr std::array<milliseconds, 12> kSteps = {1min, 5min, 10min, 15min,   30min,   1h,
                                                 2h,   3h,   6h,    days(1), days(2), days(7)};
constexpr int kMostTicks = 5;

double place_of(Time at, Time from, Time to) {
  return static_cast<double>((at - from).count()) / static_cast<double>((to - from).count());
}

std::vector<views::Tick> even_ticks(Time from, Time to, milliseconds step) {
  const auto label = step < days(1) ? views::TimeLabel::Minute : views::TimeLabel::Day;
  std::vector<views::Tick> ticks;
  for (auto at = Time(((from.time_since_epoch() + step - 1ms) / step) * step); at <= to; at += step)
    ticks.push_back({at, place_of(at, from, to), label});
  return ticks;
}

std::vector<views::Tick> month_ticks(Time from, Time to) {
  using namespace std::chrono;
  const year_month_day first(floor<days>(from));
  auto month = first.year() / first.month();
  const auto count = (year_month_day(floor<days>(to)).year() / year_month_day(floor<days>(to)).month()) - month;
  const auto step = std::max<months>(months((count.count() + kMostTicks - 1) / kMostTicks), months(1));
  std::vector<views::Tick> ticks;
  for (; Time(sys_days(month / 1)) <= to; month += step) {
    const Time at(sys_days(month / 1));
    if (at >= from) ticks.push_back({at, place_of(at, from, to), views::TimeLabel::Month});
  }
  return ticks;
}

}  // namespace

std::vector<views::Tick> chart_ticks(Time from, Time to) {
  if (to <= from) return {};
  const auto* const step =
      std::ranges::find_if(kSteps, [&](milliseconds each) { return (to - from) / each < kMostTicks; });
  return step == kSteps.end() ? month_ticks(from, to) : even_ticks(from, to, *step);
}

}  // namespace holdfast::web
