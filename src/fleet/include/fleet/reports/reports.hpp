#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/reports/report_state.hpp"
#include "core/reports/roll_up.hpp"
#include "core/time.hpp"
#include "fleet/accounts/key_ring.hpp"
#include "fleet/accounts/scope.hpp"
#include "fleet/accounts/throttle.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/daily_bytes.hpp"
#include "fleet/store.hpp"
#include "protocol/report/report.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Reports on their way in, and what they tell on the way out.
namespace holdfast::fleet {

class DecodeBudget;
struct Place;

using runtime::Task;

inline constexpr std::size_t kMaxReportedHosts = 1000;  // of one customer: reports make no more, unless it is set
inline constexpr std::size_t kMaxReportedCustomers = 10'000;
inline constexpr std::chrono::minutes kMaxClockAhead{5};  // a timestamp so far ahead is taken for now
inline constexpr std::size_t kMaxHistoryPoints = 500;

struct KeyHolder {
  Scope scope;
  std::string name;  // for the audit log: "key …abcd of acme", "report API key"
};

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

// One document with its moment.
struct ReportDocument {
  core::HostId host;
  core::Time at;
  core::Time received_at;
  bool clock_ahead = false;
  bool clock_behind = false;
  std::string document;  // exactly as it was sent
};

enum class HistoryStep { Raw, Hour, Day };

struct History {
  core::Time from;
  core::Time to;
  HistoryStep step = HistoryStep::Raw;   // what the points are made of: reports, or roll-ups
  std::chrono::seconds step_seconds{0};  // from one point to the next, where nothing is missing; Raw: 0
  std::vector<core::RollUp> points;      // oldest first, at most about kMaxHistoryPoints
};

struct HistoryRange {
  core::Time from;
  core::Time to;
};
// "24h", "7d", "30d", "90d", "1y", up to `now`.
core::Result<HistoryRange> parse_period(std::string_view period, core::Time now);

struct ReportsOptions {
  std::string api_key;                        // api.report_api_key: for every customer; may be empty
  std::size_t max_hosts = kMaxReportedHosts;  // api.max_hosts_per_customer: so many make reports of one customer
  std::uint64_t daily_bytes_of_host = 128ULL * 1024 * 1024;  // api.daily_mib_per_host
  std::uint64_t daily_bytes_of_key = 4096ULL * 1024 * 1024;  // api.daily_mib_per_key: of a customer's keys
};

// Lives on the loop's thread.
class Reports {
 public:
  Reports(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch, KeyRing& keys,
          ReportsOptions options);

  ~Reports();
  Reports(const Reports&) = delete;
  Reports& operator=(const Reports&) = delete;

  // Reads dictionaries and keys: before the first report.
  Task<> load();

  // Whose key this is. Unauthorized, or TooMany after repeated failures from that address. Comparison takes the same
  // time whatever is wrong; the key is never logged.
  Task<core::Result<KeyHolder>> authenticate(std::string key, std::string address);

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

  Task<std::optional<ReportDocument>> latest(core::HostId host);
  // Of whichever of its hosts reported last.
  Task<std::optional<ReportDocument>> latest_of_customer(core::CustomerId customer);
  // Newest first.
  Task<std::vector<ReportDocument>> last(core::HostId host, std::size_t limit);
  Task<std::vector<core::ReportMoment>> moments(core::HostId host, std::size_t limit);
  // A host has one report of each moment at most. NotFound when there is none.
  Task<core::Result<ReportDocument>> find(core::HostId host, core::Time at);
  // Histories are added up on threads of their own, those who ask in turn; `scope` is how far whoever asks sees.
  Task<History> history(core::HostId host, HistoryRange range, Scope scope = {});
  // Of whichever of its hosts reported last; NotFound when none ever did.
  Task<core::Result<History>> customer_history(core::CustomerId customer, HistoryRange range);

  // Brings roll-ups and forecasts up to date with the hours that have ended.
  Task<> roll_up();
  // Sees to what reports are packed with: trains a dictionary when there are enough to learn from, and forgets what it
  // holds for hosts that were removed.
  Task<> train();
  // Whether a report came for an hour that has ended, since roll_up() began last.
  bool has_late_reports() const { return late_reports_; }
  std::size_t max_hosts() const { return options_.max_hosts; }
  // For how many hosts it holds something to pack their reports with.
  std::size_t hosts_held() const;

 private:
  struct Incoming;
  struct Kept;
  struct EndedHour;
  // Whose a report that is refused seems to be.
  struct Refused {
    std::string customer;
    std::string host;
    std::string address;
  };
  using Placer = std::function<core::Result<Place>(store::Transaction&, const Incoming&)>;

  Incoming take_in(protocol::ReportReading reading, std::string document, core::milliseconds clock_offset) const;
  bool is_noted(const std::string& sender, const std::string& why);
  Task<> note_refusal(KeyHolder sender, Refused whose, core::Error error);
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

  std::optional<ReportDocument> open(const store::StoredReport& report) const;
  // Of one of `parts` parts: it may take so much of the budget.
  std::vector<core::RollUp> raw_points(store::View& view, const core::HostId& host, HistoryRange range,
                                       DecodeBudget& budget, std::size_t parts) const;
  std::vector<core::RollUp> open_hours(store::View& view, const core::HostId& host, HistoryRange range) const;
  std::vector<core::RollUp> hourly(store::View& view, const core::HostId& host, HistoryRange range) const;
  std::vector<core::RollUp> daily(store::View& view, const core::HostId& host, HistoryRange range) const;
  History read_history(store::View& view, const core::HostId& host, HistoryRange range) const;
  core::RollUp add_up(store::View& view, const core::OpenHour& hour) const;
  EndedHour end_hour(store::View& view, const core::OpenHour& hour, core::Time now) const;
  bool close(store::Transaction& tx, const EndedHour& ended) const;
  Task<bool> roll_up_some();
  Task<> forget_removed_hosts();

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  Watch& watch_;
  Units units_;
  KeyRing& keys_;
  ReportsOptions options_;
  DailyBytes of_hosts_{options_.daily_bytes_of_host};
  DailyBytes of_keys_{options_.daily_bytes_of_key};
  std::string api_key_hash_;
  std::unique_ptr<store::Packer> packer_;
  Throttle failures_by_network_;
  // How many reports must come of one who sent some before until those whose moment is not that of their timestamp are
  // out of sight. By customer and name of the host, or by its id.
  std::unordered_map<std::string, std::size_t> until_clear_;
  std::unordered_map<std::string, core::Refusal> noted_refusals_;
  bool late_reports_ = false;
  std::size_t train_from_ = 0;  // reports; below it training was of no use
};

}  // namespace holdfast::fleet
