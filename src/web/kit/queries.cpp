#include "kit/queries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/filter/filter.hpp"
#include "core/status/status.hpp"
#include "text/number.hpp"
#include "text/time.hpp"

namespace holdfast::web {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto invalid(std::string_view message) {
  return fail(ErrorKind::Invalid, "query_invalid", message);
}

struct SortName {
  std::string_view name;
  core::FleetSort sort;
};
constexpr std::array<SortName, 8> kSorts{{
    {"worst", core::FleetSort::Worst},
    {"name", core::FleetSort::Name},
    {"backup", core::FleetSort::Backup},
    {"cpu", core::FleetSort::Cpu},
    {"memory", core::FleetSort::Memory},
    {"disk", core::FleetSort::Disk},
    {"seen", core::FleetSort::Seen},
    {"customer", core::FleetSort::Customer},
}};

Result<std::optional<core::HostState>> read_state(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto state = core::parse_host_state(text == "warn" ? "warning" : text);  // as filters write it, too
  if (!state) return invalid("status must be ok, waiting, paused, warning or down.");
  return state;
}

Result<std::optional<core::Time>> read_time(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (text.empty()) return std::nullopt;
  const auto time = text::parse_time(text);
  if (!time) return invalid(fmt::format("{} must be a time such as 2026-11-22T06:21:00Z.", name));
  return time;
}

// `from` up to `to` or now.
Result<fleet::HistoryRange> read_from_to(const http::Request& request, core::Time now) {
  const auto from = read_time(request, "from");
  if (!from) return std::unexpected(from.error());
  const auto to = read_time(request, "to");
  if (!to) return std::unexpected(to.error());
  if (!*from) return invalid("to needs from beside it.");
  const fleet::HistoryRange range{**from, to->value_or(now)};
  if (range.from >= range.to) return invalid("from must be before to.");
  return range;
}

}  // namespace

Result<> read_sort(std::string_view text, core::FleetQuery& query) {
  if (text.empty()) return {};
  query.reversed = text.starts_with('-');
  if (query.reversed) text.remove_prefix(1);
  const auto* const found = std::ranges::find(kSorts, text, &SortName::name);
  if (found == kSorts.end())
    return invalid(
        "sort must be worst, name, backup, cpu, memory, disk, seen or customer, with - in front to turn it round.");
  query.sort = found->sort;
  return {};
}

std::string report_id(core::Time at) {
  return std::to_string(at.time_since_epoch().count());
}

std::optional<core::Time> path_report(const http::Request& request) {
  const auto milliseconds = text::parse_number<std::int64_t>(request.parameter("report"));
  return milliseconds ? std::optional(core::Time(core::milliseconds(*milliseconds))) : std::nullopt;
}

Result<std::size_t> read_limit(const http::Request& request) {
  const auto text = request.query_value("limit");
  if (text.empty()) return kPageSize;
  const auto limit = text::parse_number<std::size_t>(text);
  if (!limit || *limit < 1 || *limit > kMaxPageSize)
    return invalid(fmt::format("limit must be a number from 1 to {}.", kMaxPageSize));
  return *limit;
}

Result<fleet::HistoryRange> read_range(const http::Request& request, core::Time now) {
  const auto period = request.query_value("period");
  const bool bounded = !request.query_value("from").empty() || !request.query_value("to").empty();
  if (!bounded) return fleet::parse_period(period.empty() ? "24h" : period, now);
  if (!period.empty()) return invalid("Give either period, or from and to.");
  return read_from_to(request, now);
}

Result<core::FleetQuery> read_fleet_query(const http::Request& request) {
  core::FleetQuery query;
  auto filter = core::parse_filter(request.query_value("filter"));
  if (!filter) return std::unexpected(filter.error());
  query.filter = *std::move(filter);
  if (auto sort = read_sort(request.query_value("sort"), query); !sort) return std::unexpected(sort.error());
  const auto limit = read_limit(request);
  if (!limit) return std::unexpected(limit.error());
  query.limit = *limit;
  query.after = request.query_value("after");
  return query;
}

Result<core::CustomerQuery> read_customer_query(const http::Request& request) {
  core::CustomerQuery query;
  query.text = request.query_value("q");
  const auto state = read_state(request.query_value("status"));
  if (!state) return std::unexpected(state.error());
  query.state = *state;
  const auto limit = read_limit(request);
  if (!limit) return std::unexpected(limit.error());
  query.limit = *limit;
  query.after = request.query_value("after");
  return query;
}

}  // namespace holdfast::web
