#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "fleet/reports.hpp"
#include "protocol/report.hpp"
#include "roll_up.hpp"
#include "runtime/log.hpp"
#include "store/fleet_list.hpp"

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

auto no_report() {
  return fail(ErrorKind::NotFound, "no_such_report", "There is no such report.");
}
auto never_reported() {
  return fail(ErrorKind::NotFound, "no_reports", "This customer has no reports yet.");
}

// The moment below `time` that is a multiple of `step` after 1970.
core::Time floor_to(core::Time time, std::chrono::seconds step) {
  const auto since = time.time_since_epoch();
  return core::Time(std::chrono::floor<std::chrono::seconds>(since) / step * step);
}

// The shortest of `steps` that makes at most kMaxHistoryPoints of the range; the last one where none does.
template <std::size_t N>
std::chrono::seconds step_for(HistoryRange range, const std::array<std::chrono::seconds, N>& steps) {
  const auto fits = [&](auto step) { return (range.to - range.from) / step < std::int64_t{kMaxHistoryPoints}; };
  const auto found = std::ranges::find_if(steps, fits);
  return found == steps.end() ? steps.back() : *found;
}

std::vector<store::RollUp> merge_by(const std::vector<store::RollUp>& parts, std::chrono::seconds step) {
  std::vector<store::RollUp> merged;
  for (auto begin = parts.begin(); begin != parts.end();) {
    const auto start = floor_to(begin->start, step);
    const auto end = std::find_if(begin, parts.end(), [&](const auto& part) { return part.start >= start + step; });
    merged.push_back(merge({begin, end}, start));
    begin = end;
  }
  return merged;
}

std::optional<store::ReportState> newest_of_customer(store::View& view, const core::CustomerId& customer,
                                                     core::Time now) {
  store::CustomerQuery query;
  query.only = customer;
  auto rows = store::list_customer_rows(view, query, now);
  return rows.empty() ? std::nullopt : std::move(rows.front().report);
}

// Few enough to be decoded for one graph: all of them, or else the first of each of equal stretches.
std::vector<store::StoredReport> spread_reports(store::View& view, const core::HostId& host, HistoryRange range) {
  auto all = store::list_reports(view, host, range.from, range.to, kMaxHistoryPoints + 1);
  if (all.size() <= kMaxHistoryPoints) return all;
  all.clear();
  const auto stretch = (range.to - range.from) / std::int64_t{kMaxHistoryPoints} + 1ms;
  for (auto from = range.from; from < range.to; from += stretch) {
    auto first = store::list_reports(view, host, from, std::min(from + stretch, range.to), 1);
    std::ranges::move(first, std::back_inserter(all));
  }
  return all;
}

}  // namespace

Result<HistoryRange> parse_period(std::string_view period, core::Time now) {
  const auto found = std::ranges::find(kPeriods, period, &decltype(kPeriods)::value_type::first);
  if (found == kPeriods.end())
    return fail(ErrorKind::Invalid, "period_invalid", "period must be one of 24h, 7d, 30d, 90d, 1y.");
  return HistoryRange{now - found->second, now};
}

ReportDocument Reports::open(const store::StoredReport& report) const {
  return {report.id, report.host, report.at, report.received_at, report.clock_ahead, packer_.unpack(report.document)};
}

Task<std::optional<ReportDocument>> Reports::latest(core::HostId host) {
  const auto look = [&](store::View& view) -> std::optional<ReportDocument> {
    const auto state = store::find_report_state(view, host);
    const auto report = state ? store::find_report(view, state->report) : std::nullopt;
    if (!report) return std::nullopt;
    return open(*report);
  };
  co_return co_await database_.read(look);
}

Task<std::optional<ReportDocument>> Reports::latest_of_customer(core::CustomerId customer) {
  const auto look = [&, now = clock_.now()](store::View& view) { return newest_of_customer(view, customer, now); };
  const auto state = co_await database_.read(look);
  if (!state) co_return std::nullopt;
  co_return co_await latest(state->host);
}

Task<std::vector<ReportDocument>> Reports::last(core::HostId host, std::size_t limit) {
  const auto look = [&](store::View& view) {
    std::vector<ReportDocument> documents;
    for (const auto& report : store::last_reports(view, host, limit)) documents.push_back(open(report));
    return documents;
  };
  co_return co_await database_.read(look);
}

Task<Result<ReportDocument>> Reports::find(core::HostId host, std::int64_t id) {
  const auto look = [&](store::View& view) -> Result<ReportDocument> {
    const auto report = store::find_report(view, id);
    if (!report || report->host != host) return no_report();
    return open(*report);
  };
  co_return co_await database_.read(look);
}

std::vector<store::RollUp> Reports::raw_points(store::View& view, const core::HostId& host, HistoryRange range) const {
  std::vector<store::RollUp> points;
  for (const auto& stored : spread_reports(view, host, range)) {
    const auto report = protocol::parse_report(packer_.unpack(stored.document));
    if (report) points.push_back(point_of(*report, stored.at));
  }
  return points;
}

// The hour that is going on and the one that just ended, where they are not rolled up yet.
void Reports::add_open_hours(store::View& view, const core::HostId& host, HistoryRange range,
                             std::vector<store::RollUp>& hours) const {
  const auto current = floor_to(range.to, 1h);
  for (const auto hour : {current - 1h, current}) {
    const bool known = std::ranges::find(hours, hour, &store::RollUp::start) != hours.end();
    if (known || hour < range.from) continue;
    const auto points = raw_points(view, host, {hour, std::min(hour + 1h, range.to)});
    if (!points.empty()) hours.push_back(merge(points, hour));
  }
}

History Reports::read_history(store::View& view, const core::HostId& host, HistoryRange range) const {
  const auto length = range.to - range.from;
  if (length <= kRawUpTo)
    return {range.from, range.to, HistoryStep::Raw, std::chrono::seconds(0), raw_points(view, host, range)};
  const bool hourly = length <= kHoursUpTo;
  const auto step = hourly ? step_for(range, kHourSteps) : step_for(range, kDaySteps);
  const auto span = hourly ? store::RollUpSpan::Hour : store::RollUpSpan::Day;
  auto parts = store::list_roll_ups(view, span, host, floor_to(range.from, step), range.to);
  if (hourly) add_open_hours(view, host, range, parts);
  return {range.from, range.to, hourly ? HistoryStep::Hour : HistoryStep::Day, step, merge_by(parts, step)};
}

Task<History> Reports::history(core::HostId host, HistoryRange range) {
  const auto look = [&](store::View& view) { return read_history(view, host, range); };
  co_return co_await database_.read(look);
}

Task<Result<History>> Reports::customer_history(core::CustomerId customer, HistoryRange range) {
  const auto look = [&, now = clock_.now()](store::View& view) -> Result<History> {
    const auto state = newest_of_customer(view, customer, now);
    if (!state) return never_reported();
    return read_history(view, state->host, range);
  };
  co_return co_await database_.read(look);
}

}  // namespace holdfast::fleet
