#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "fleet/accounts/report_keys.hpp"
#include "fleet/accounts/scope.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/daily_bytes.hpp"
#include "fleet/reports/refused_reports.hpp"
#include "fleet/store.hpp"
#include "protocol/report/report.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Reports on their way in.
namespace holdfast::fleet {

struct Place;

using runtime::Task;

inline constexpr std::size_t kMaxReportedHosts = 1000;  // of one customer: reports make no more, unless it is set
inline constexpr std::size_t kMaxReportedCustomers = 10'000;
inline constexpr std::chrono::minutes kMaxClockAhead{5};  // a timestamp so far ahead is taken for now

struct ReceivedReport {
  core::CustomerId customer;
  std::string customer_slug;
  core::HostId host;
  std::string host_name;
  core::Time at;
  bool duplicate = false;             // the host has sent this document before
  bool clock_ahead = false;           // its timestamp was in the future: it counts as made when it came
  bool clock_behind = false;          // its clock is behind: its timestamp was put right by as much
  bool newest = false;                // it is what the host's state is now
  std::vector<std::string> warnings;  // what was left out because it cannot be, a sentence each
};

struct ReportsOptions {
  std::size_t max_hosts = kMaxReportedHosts;  // api.max_hosts_per_customer: so many make reports of one customer
  std::uint64_t daily_bytes_of_host = 128ULL * 1024 * 1024;  // api.daily_mib_per_host
  std::uint64_t daily_bytes_of_key = 4096ULL * 1024 * 1024;  // api.daily_mib_per_key: of a customer's keys
};

// Lives on the loop's thread.
class Reports {
 public:
  Reports(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch, ReportKeys& keys,
          store::Packer& packer, ReportsOptions options);

  // A report over the API: makes customer and host where they are missing. Durable on return.
  // Invalid when it is no JSON or has no customer; Forbidden when it is another customer's; TooMany when it would make
  // one host or customer too many, or when thousands name the same moment. Why one is refused is remembered with its
  // host, or else with its customer.
  Task<core::Result<ReceivedReport>> receive(KeyHolder sender, std::string document, std::string address);
  // A body came with this key that could not even be read: noted as a report that is refused.
  Task<> note_unreadable(std::string key, std::string why, std::string address);
  // A report of an agent for its own host, whatever customer the document names. `clock_offset` is added to its
  // timestamp.
  Task<core::Result<ReceivedReport>> receive_from_agent(core::HostId host, std::string document,
                                                        core::milliseconds clock_offset = {});

  // Whether a report came for an hour that has ended, since this was asked last.
  bool take_late() { return std::exchange(late_reports_, false); }
  std::size_t max_hosts() const { return options_.max_hosts; }

 private:
  struct Incoming;
  struct Kept;
  using Placer = std::function<core::Result<Place>(store::Transaction&, const Incoming&)>;

  Incoming take_in(protocol::ReportReading reading, std::string document, core::milliseconds clock_offset) const;
  std::optional<core::milliseconds> put_clock_right(store::Transaction& tx, store::StoredReport& report,
                                                    const Incoming& incoming) const;
  void compare_with_known(Incoming& incoming);
  core::Result<> take_room(const Incoming& incoming);
  Task<core::Result<ReceivedReport>> store_it(Incoming incoming, Placer placer);
  bool came_before(store::Transaction& tx, const store::StoredReport& report, const Incoming& incoming) const;
  core::Result<bool> add(store::Transaction& tx, store::StoredReport& report, const Incoming& incoming) const;
  core::Result<Kept> keep(store::Transaction& tx, const Place& place, const Incoming& incoming) const;
  void remember(const Incoming& incoming);
  void finish(const Incoming& incoming, const Kept& kept);

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  Watch& watch_;
  ReportKeys& keys_;
  store::Packer& packer_;
  RefusedReports refused_;
  ReportsOptions options_;
  DailyBytes of_hosts_{options_.daily_bytes_of_host};
  DailyBytes of_keys_{options_.daily_bytes_of_key};
  // How many reports must come of one who sent some before until those whose moment is not that of their timestamp are
  // out of sight. By customer and name of the host, or by its id.
  std::unordered_map<std::string, std::size_t> until_clear_;
  bool late_reports_ = false;
};

}  // namespace holdfast::fleet
