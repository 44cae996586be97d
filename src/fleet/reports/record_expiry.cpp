#include "fleet/reports/record_expiry.hpp"

#include <functional>

#include "core/schedule/zone.hpp"
#include "runtime/log/log.hpp"
#include "store/accounts/accounts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"
#include "text/time.hpp"

// There is one writer for all, so what is too old goes in small transactions with a pause between. The order
// matters: hours are rolled up before their reports may go, bases go after the reports that need them, and free
// pages are given back last.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

constexpr auto kRollUpEvery = 5min;
constexpr std::string_view kPrunedAt = "hub.pruned_at";

constexpr std::size_t kRowsAtOnce = 100;
constexpr std::size_t kLinesAtOnce = 1000;
// Of each host, however old they are: its page shows them.
constexpr std::size_t kJobsKept = 14;
constexpr std::size_t kPagesAtOnce = 64;
// The writer is free for others at least as long.
constexpr auto kBetweenPrunes = 5ms;

// Repeats a step until it has nothing left to do; how much it did altogether.
Task<std::size_t> repeat(store::Database& database, std::function<std::size_t(store::Transaction&)> step) {
  std::size_t total = 0;
  while (true) {
    const std::size_t done = co_await database.write(step);
    if (done == 0) co_return total;
    total += done;
    co_await runtime::sleep_for(kBetweenPrunes);
  }
}

Task<std::size_t> remove_left_before(store::Database& database, core::Time before) {
  const auto look = [=](store::View& view) { return store::list_reports_left_before(view, before, kRowsAtOnce); };
  std::size_t total = 0;
  while (true) {
    const auto ids = co_await database.read(look);
    if (ids.empty()) co_return total;
    const auto remove = [&ids](store::Transaction& tx) { return store::remove_reports(tx, ids); };
    const std::size_t removed = co_await database.write(remove);
    total += removed;
    co_await runtime::sleep_for(kBetweenPrunes);
  }
}

}  // namespace

RecordExpiry::RecordExpiry(store::Database& database, const runtime::Clock& clock, ClockGuard& clock_guard,
                           Reports& reports, ReportUpkeep& upkeep, RecordExpiryOptions options)
    : database_(database),
      clock_(clock),
      clock_guard_(clock_guard),
      reports_(reports),
      upkeep_(upkeep),
      options_(std::move(options)),
      zone_(core::zone_of(options_.zone)) {}

std::optional<core::Time> RecordExpiry::next_prune() const {
  return options_.prune_schedule.next(clock_.now(), zone_);
}

Task<RecordExpiry::Pruned> RecordExpiry::prune() {
  const auto now = clock_.now();
  const auto raw_before = now - options_.raw;
  Pruned pruned;
  const auto remove_reports = [=](store::Transaction& tx) {
    return store::remove_reports_before(tx, raw_before, kRowsAtOnce);
  };
  const auto remove_bases = [=](store::Transaction& tx) {
    return store::remove_bases_before(tx, raw_before, kRowsAtOnce);
  };
  pruned.reports = co_await repeat(database_, remove_reports);
  const std::size_t left = co_await remove_left_before(database_, raw_before);
  pruned.reports += left;
  pruned.bases = co_await repeat(database_, remove_bases);
  for (const auto span : {core::RollUpSpan::Hour, core::RollUpSpan::Day}) {
    const auto remove_roll_ups = [span, before = now - options_.roll_ups](store::Transaction& tx) {
      return store::remove_roll_ups_before(tx, span, before, kRowsAtOnce);
    };
    pruned.roll_ups += co_await repeat(database_, remove_roll_ups);
  }
  const auto remove_logs = [before = now - options_.job_logs](store::Transaction& tx) {
    return store::remove_logs_before(tx, before, kLinesAtOnce);
  };
  const auto remove_jobs = [before = now - options_.jobs](store::Transaction& tx) {
    return store::remove_jobs_before(tx, before, kJobsKept, kRowsAtOnce);
  };
  const auto remove_audit = [before = now - options_.audit](store::Transaction& tx) {
    return store::remove_audit_before(tx, before, kRowsAtOnce);
  };
  pruned.log_lines = co_await repeat(database_, remove_logs);
  pruned.jobs = co_await repeat(database_, remove_jobs);
  pruned.audit_entries = co_await repeat(database_, remove_audit);
  const auto give_back = [](store::Transaction& tx) { return store::give_back_space(tx, kPagesAtOnce); };
  pruned.pages = co_await repeat(database_, give_back);
  co_return pruned;
}

Task<> RecordExpiry::roll_up_if_due() {
  const auto now = clock_.now();
  // The clock may have been set back.
  const bool regular = !rolled_up_at_ || now >= *rolled_up_at_ + kRollUpEvery || now < *rolled_up_at_;
  // What came late is missing in long histories until it is rolled up.
  const bool late = reports_.take_late();
  if (!regular && !late) co_return;
  if (regular) ++roll_ups_begun_;
  co_await upkeep_.roll_up();
  if (!regular) co_return;
  rolled_up_at_ = now;
  co_await upkeep_.train();
}

// When it was last done is kept in the database, so that a time which passes while the hub is away is made up for.
Task<> RecordExpiry::prune_if_due() {
  // What was never rolled up is lost when it is pruned. One that fails has had its turn when the next begins.
  if (!rolled_up_at_ && roll_ups_begun_ < 2) co_return;
  if (clock_guard_.lived_until()) co_return;
  const auto now = clock_.now();
  const auto look = [](store::View& view) { return store::find_setting(view, kPrunedAt); };
  const auto stored = co_await database_.read(look);
  const auto last = stored ? text::parse_time(*stored) : std::nullopt;
  const bool counts = last && *last <= now;
  const auto due = counts ? options_.prune_schedule.next(*last, zone_) : std::nullopt;
  if (counts && (!due || *due > now)) co_return;
  if (counts) {
    const auto pruned = co_await prune();
    runtime::log::info("reports.pruned", "Removed what is too old",
                       {{"reports", pruned.reports},
                        {"roll_ups", pruned.roll_ups},
                        {"log_lines", pruned.log_lines},
                        {"jobs", pruned.jobs},
                        {"audit_entries", pruned.audit_entries},
                        {"pages", pruned.pages}});
  }
  const auto save = [&](store::Transaction& tx) { store::set_setting(tx, kPrunedAt, text::format_time(now)); };
  co_await database_.write(save);
}

}  // namespace holdfast::fleet
