#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/status/finding.hpp"
#include "core/time.hpp"

// What templates apply with {{ value|filter }}: the words and numbers of the pages.
namespace holdfast::web::filters {

// As "{:.1f}" would write it; quicker, for pages of many numbers.
std::string fixed(double value, int digits);

// Sizes have binary units, three significant digits and a no-break space: "41.2 GiB".
std::string bytes(std::uint64_t count);
std::string rate(std::uint64_t bytes_per_second);  // "68.0 MiB/s"
std::string number(std::uint64_t count);           // "1,284,907"

// The two largest units: "14 s", "2 min 42 s", "51 min", "7 h 20 min", "31 h", "3 d 4 h".
std::string duration(core::milliseconds time);
// How long ago, under 7 days; then the date: "31 h ago", "Fri 6 Nov".
std::string ago(core::Time time, core::Time now);
std::string until(core::Time time, core::Time now);  // "in 16 h 33 min", or "now"
std::string since(core::Time time, core::Time now);  // "for 31 h", "since Fri 6 Nov"
// Why a host is not OK: "No report for 31 h".
std::string reason(const core::Words& reason, core::Time now);

// In UTC. Pages show the reader's own zone as soon as script runs.
std::string date(core::Time time);      // "Fri 20 Nov"
std::string datetime(core::Time time);  // "Fri 20 Nov 2026, 02:15 UTC"
std::string clock(core::Time time);     // "02:15:04"
std::string day(core::Time time);       // "20 Nov"
std::string month(core::Time time);     // "Nov 2026"
std::string iso(core::Time time);       // "2026-11-20T02:15:04.000Z"

std::string plural(std::uint64_t count, std::string_view one, std::string_view many);  // "3 hosts"
std::string join(const std::vector<std::string>& list, std::string_view separator);
std::string_view short_id(std::string_view id);  // the first 8 characters of a snapshot's id, the last 8 of a ULID
// A fingerprint in its 16 groups of four digits.
std::vector<std::string> groups(std::string_view fingerprint);

}  // namespace holdfast::web::filters
