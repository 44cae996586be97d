#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/hosts/fleet.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/reports/histories.hpp"
#include "http/message.hpp"

// Reads the queries of the API that more than one endpoint has.
namespace holdfast::web {

inline constexpr std::size_t kPageSize = 50;
inline constexpr std::size_t kMaxPageSize = 1000;

// A report of a host is known by its moment, in milliseconds since 1970.
std::string report_id(core::Time at);
std::optional<core::Time> path_report(const http::Request& request);  // `report` of the path

// `limit`: 1 to kMaxPageSize; without it kPageSize.
core::Result<std::size_t> read_limit(const http::Request& request);

// `period` up to now, or `from` and perhaps `to`; without any of them the last day.
core::Result<fleet::HistoryRange> read_range(const http::Request& request, core::Time now);

// "worst", "-cpu": a minus in front turns the order round. Empty: as it is.
core::Result<> read_sort(std::string_view text, core::FleetQuery& query);

// `filter`, `sort`, `after`, `limit`.
core::Result<core::FleetQuery> read_fleet_query(const http::Request& request);

// `q`, `status`, `after`, `limit`.
core::Result<core::CustomerQuery> read_customer_query(const http::Request& request);

}  // namespace holdfast::web
