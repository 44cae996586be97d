#include "fleet/reports/histories.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "live/decode_budget.hpp"
#include "protocol/report/report.hpp"
#include "reports/newest_report.hpp"
#include "reports/roll_up.hpp"
#include "reports/text_of_report.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"

// A graph costs about the same whatever its length and whatever hosts sent: it is made of reports up to about a day,
// then of hours, then of days, and what is decoded for it has a budget. Hours that are not rolled up yet are added
// up on the way, and count where they know of more reports than what is stored.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::array<std::pair<std::string_view, std::chrono::hours>, 5> kPeriods{{
    {"24h", 24h},
    {"7d", 7 * 24h},
    {"30d", 30 * 24h},
    {"90d", 90 * 24h},
    {"1y", 365 * 24h},
}};

// Up to here single reports are shown, and up to there hours; beyond it days.
constexpr auto kRawUpTo = 26h;
constexpr auto kHoursUpTo = std::chrono::days(100);
constexpr std::array<std::chrono::seconds, 5> kHourSteps{1h, 2h, 3h, 4h, 6h};
constexpr std::array<std::chrono::seconds, 3> kDaySteps{24h, 48h, 7 * 24h};

// So much is decoded for one graph at most, and so many hours are added up.
constexpr std::size_t kMaxDecoded = 2000;
constexpr std::size_t kMaxDecodedBytes = 32 * 1024 * 1024;
constexpr std::size_t kMaxOpenHours = 200;

// The moment below `time` that is a multiple of `step` after `origin`.
core::Time floor_to(core::Time time, core::milliseconds step, core::Time origin = {}) {
  const auto steps = (time - origin) / step;
  return origin + steps * step;
}

// The shortest of `steps` that makes at most kMaxHistoryPoints of the range; the last one where none does.
template <std::size_t N>
std::chrono::seconds step_for(HistoryRange range, const std::array<std::chrono::seconds, N>& steps) {
  const auto fits = [&](auto step) { return (range.to - range.from) / step < std::int64_t{kMaxHistoryPoints}; };
  const auto found = std::ranges::find_if(steps, fits);
  return found == steps.end() ? steps.back() : *found;
}

// One of all that lie within the same step from `origin` on.
std::vector<core::RollUp> merge_by(const std::vector<core::RollUp>& parts, core::milliseconds step,
                                   core::Time origin = {}) {
  std::vector<core::RollUp> merged;
  for (auto begin = parts.begin(); begin != parts.end();) {
    const auto start = floor_to(begin->start, step, origin);
    const auto end = std::find_if(begin, parts.end(), [&](const auto& part) { return part.start >= start + step; });
    merged.push_back(merge({begin, end}, start));
    begin = end;
  }
  return merged;
}

// How far apart points may be so that there are at most `count`.
core::milliseconds stretch_of(HistoryRange range, std::size_t count = kMaxHistoryPoints) {
  return (range.to - range.from) / static_cast<std::int64_t>(count) + 1ms;
}

// At most `most` of them: all, or else the first of each stretch and the newest.
std::vector<std::int64_t> spread_reports(store::View& view, const core::HostId& host, HistoryRange range,
                                         std::size_t most) {
  auto ids = store::list_report_ids(view, host, range.from, range.to, most + 1);
  if (ids.size() <= most) return ids;
  ids.clear();
  const auto stretch = stretch_of(range, std::clamp<std::size_t>(most, 2, kMaxHistoryPoints) - 1);
  for (auto from = range.from; from < range.to; from += stretch) {
    const auto first = store::list_report_ids(view, host, from, std::min(from + stretch, range.to), 1);
    ids.insert(ids.end(), first.begin(), first.end());
  }
  const auto last = store::list_report_ids(view, host, range.to - stretch, range.to, most);
  if (!last.empty() && (ids.empty() || ids.back() != last.back())) ids.push_back(last.back());
  return ids;
}

}  // namespace

Result<HistoryRange> parse_period(std::string_view period, core::Time now) {
  const auto found = std::ranges::find(kPeriods, period, &decltype(kPeriods)::value_type::first);
  if (found == kPeriods.end())
    return fail(ErrorKind::Invalid, "period_invalid", "period must be one of 24h, 7d, 30d, 90d, 1y.");
  return HistoryRange{now - found->second, now};
}

// One document at a time. Where they are too large for the budget some are passed over, and the newest comes first so
// that it is there.
std::vector<core::RollUp> Histories::raw_points(store::View& view, const core::HostId& host, HistoryRange range,
                                                DecodeBudget& budget, std::size_t parts) const {
  auto share = budget.share(parts);
  if (share.spent()) return {};
  auto ids = spread_reports(view, host, range, share.documents());
  std::ranges::reverse(ids);
  std::vector<core::RollUp> points;
  store::UnpackedBase base;
  for (std::size_t i = 0; i < ids.size() && !share.spent(); i += share.step(ids.size() - i - 1)) {
    const auto stored = *store::find_report(view, ids[i]);
    const auto document = text_of_report(packer_, stored, base);
    if (!document) continue;
    share.spend(document->size());
    budget.spend(document->size());
    if (const auto report = protocol::parse_report(*document)) points.push_back(point_of(*report, stored.at));
  }
  std::ranges::reverse(points);
  return points.size() <= kMaxHistoryPoints ? points : merge_by(points, stretch_of(range), range.from);
}

// Hours that are not rolled up yet, added up on the way: the one that is going on, the one that just ended, and those
// for which a report came late.
std::vector<core::RollUp> Histories::open_hours(store::View& view, const core::HostId& host, HistoryRange range) const {
  const auto running = floor_to(range.to, 1h);
  auto open = store::list_open_hours_of(view, host, range.from, running - 1h, kMaxOpenHours);
  for (const auto hour : {running - 1h, running}) {
    if (hour >= range.from) open.push_back(hour);
  }
  std::vector<core::RollUp> hours;
  DecodeBudget budget(kMaxDecoded, kMaxDecodedBytes);
  for (auto parts = open.size(); const auto hour : open) {
    const auto points = raw_points(view, host, {hour, hour + 1h}, budget, parts--);
    if (!points.empty()) hours.push_back(merge(points, hour));
  }
  return hours;
}

std::vector<core::RollUp> Histories::hourly(store::View& view, const core::HostId& host, HistoryRange range) const {
  auto hours = store::list_roll_ups(view, core::RollUpSpan::Hour, host, range.from, range.to);
  for (const auto& hour : open_hours(view, host, range)) put_fuller(hours, hour);
  return hours;
}

std::vector<core::RollUp> Histories::daily(store::View& view, const core::HostId& host, HistoryRange range) const {
  auto days = store::list_roll_ups(view, core::RollUpSpan::Day, host, range.from, range.to);
  std::map<core::Time, std::vector<core::RollUp>> open;
  for (auto& hour : open_hours(view, host, range)) open[floor_to(hour.start, 24h)].push_back(std::move(hour));
  for (const auto& [day, fresh] : open) {
    auto hours = store::list_roll_ups(view, core::RollUpSpan::Hour, host, day, day + 24h);
    for (const auto& hour : fresh) put_fuller(hours, hour);
    put_fuller(days, merge(hours, day));
  }
  return days;
}

History Histories::read(store::View& view, const core::HostId& host, HistoryRange range) const {
  const auto length = range.to - range.from;
  if (length <= kRawUpTo) {
    DecodeBudget budget(kMaxHistoryPoints, kMaxDecodedBytes);  // no more than are drawn
    return {range.from, range.to, HistoryStep::Raw, std::chrono::seconds(0), raw_points(view, host, range, budget, 1)};
  }
  const bool hours = length <= kHoursUpTo;
  const auto step = hours ? step_for(range, kHourSteps) : step_for(range, kDaySteps);
  const HistoryRange whole{floor_to(range.from, step), range.to};
  const auto parts = hours ? hourly(view, host, whole) : daily(view, host, whole);
  return {range.from, range.to, hours ? HistoryStep::Hour : HistoryStep::Day, step, merge_by(parts, step)};
}

Task<History> Histories::of_host(core::HostId host, HistoryRange range, Scope scope) {
  const auto look = [&](store::View& view) { return read(view, host, range); };
  co_return co_await database_.read_costly(scope.customer ? scope.customer->text() : "", look);
}

Task<Result<History>> Histories::of_customer(core::CustomerId customer, HistoryRange range) {
  const auto look = [&, now = clock_.now()](store::View& view) -> Result<History> {
    const auto state = newest_of_customer(view, customer, now);
    if (!state) return fail(ErrorKind::NotFound, "no_reports", "This customer has no reports yet.");
    return read(view, state->host, range);
  };
  co_return co_await database_.read_costly(customer.text(), look);
}

}  // namespace holdfast::fleet
