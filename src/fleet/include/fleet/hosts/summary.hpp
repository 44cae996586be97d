#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "core/status/status_cause.hpp"
#include "core/time.hpp"
#include "fleet/live/live.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// The whole fleet in a few figures.
namespace holdfast::fleet {

using runtime::Task;

struct RunCounts {
  std::size_t succeeded = 0;
  std::size_t partial = 0;
  std::size_t failed = 0;
};

struct FleetSummary {
  std::map<core::StatusCause, std::size_t> down_causes;  // how many hosts are Down mainly by each
  std::map<core::StatusCause, std::size_t> warning_causes;
  std::size_t expected = 0;           // hosts that need backups
  std::size_t within_limit = 0;       // of them, those whose last good backup is
  std::size_t unprotected = 0;        // of them, those without any
  std::size_t agents = 0;             // hosts with an agent
  std::size_t reported = 0;           // hosts whose newest report is of the last hour
  std::size_t customers = 0;          // that have hosts
  std::size_t customer_keys = 0;      // that still open something
  std::vector<core::TagCount> tags;   // those that most hosts have
  std::array<RunCounts, 24> hours{};  // jobs that ended, hour by hour up to now, oldest first
};

// Lives on the loop's thread.
class Summary {
 public:
  static constexpr std::size_t kLarge = 20'000;

  // A fleet of more than `large` hosts costs much to count.
  Summary(store::Database& database, const runtime::Clock& clock, const Live& live, std::size_t large = kLarge)
      : database_(database), clock_(clock), live_(live), large_(large) {}

  // Counted anew when a state or a job has changed, or after two seconds, however many ask; a large fleet after twenty
  // seconds, where no round() has done so.
  Task<FleetSummary> read();
  // For every second: counts a large fleet each five seconds, as long as somebody reads.
  Task<> round();
  // Something has changed since the figures that read() gives were counted.
  bool is_outdated() const;

 private:
  Task<> count();
  bool is_good(std::chrono::steady_clock::duration age) const;
  bool is_large() const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const Live& live_;
  std::size_t large_;
  FleetSummary last_;
  std::uint64_t version_ = 0;
  std::optional<std::chrono::steady_clock::time_point> read_at_;
  bool asked_ = false;  // since the last round that counted
};

}  // namespace holdfast::fleet
