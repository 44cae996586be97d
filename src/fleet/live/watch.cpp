#include "fleet/live/watch.hpp"

#include "live/alive_at.hpp"
#include "runtime/log/log.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"
#include "store/status/status_basis.hpp"
#include "text/time.hpp"

// Lists read the stored status, so it has to be right though nobody asks. It changes when something happens on the
// host, which is judged in that transaction, and by time alone, of which the judgement tells when it will be: each
// round judges what is due. Time in which the hub did not run is nobody's silence, so the hub keeps until when it
// lived and moves all silences by the gap.
namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

constexpr auto kSaveAliveEvery = 60s;
// Longer than the hub ever stands still, and shorter than anybody's silence matters.
constexpr auto kAbsence = 2min;
constexpr std::size_t kJudgedAtOnce = 200;
// Of each source group: at least as many as failures in a row can make a host Down.
constexpr std::size_t kRunsJudged = core::kMostFailures;

// Whether the host is judged again before time can change its status, as it is stored. A report moves that moment on;
// to be judged too early does no harm, and costs less than to write the moment at each report.
bool is_judged_in_time(const core::JudgedStatus& stored, const core::HostStatus& status, core::Time now) {
  if (stored.changes_at == status.changes_at) return true;
  if (!stored.changes_at || *stored.changes_at <= now) return false;
  return !status.changes_at || *stored.changes_at < *status.changes_at;
}

// Whether people are told the same of the host.
bool says_the_same(const core::JudgedStatus& stored, const core::HostStatus& status) {
  return stored.state == status.state && stored.findings == status.findings && stored.unprotected == status.unprotected;
}

// Whether its figures are shown against the same.
bool shows_the_same(const core::JudgedStatus& stored, const core::HostStatus& status, const core::JudgedBy& limits) {
  return stored.protected_at == status.protected_at && stored.limits == limits;
}

core::JudgedBy judged_by(const core::StatusLimits& limits, const core::HostStatus& status) {
  return {status.backup_age, core::silence_warning(limits), limits.disk_warning, limits.disk_down};
}

}  // namespace

bool Watch::judge(store::Transaction& tx, const core::HostId& host, core::Time now) const {
  const auto basis = store::find_status_basis(tx, host, kRunsJudged);
  if (!basis) return false;
  const auto& before = basis->stored;
  const auto limits = core::resolve_limits(limits_, basis->limits).limits;
  auto status = core::judge_host(basis->facts, limits, now);
  const bool same = before && says_the_same(*before, status);
  if (same && shows_the_same(*before, status, judged_by(limits, status)) && is_judged_in_time(*before, status, now))
    return false;
  const auto since = before && before->state == status.state ? before->since : now;
  store::set_status(tx, host,
                    {status.state, std::move(status.findings), since, status.changes_at, status.unprotected,
                     status.protected_at, judged_by(limits, status)});
  return !same;
}

void Watch::tell(const core::HostId& host, bool status_changed) {
  live_.publish(Topic::Host, host.text());
  if (status_changed) live_.publish(Topic::Fleet);
}

Task<> Watch::start() {
  const auto look = [](store::View& view) { return store::find_setting(view, kAliveAt); };
  const auto stored = co_await database_.read(look);
  const auto now = clock_.now();
  alive_at_ = (stored ? text::parse_time(*stored) : std::nullopt).value_or(now);
  co_await take_note_of_time(now);
  alive_at_ = now;
  const auto judge_all_soon = [&](store::Transaction& tx) { store::make_all_due(tx, now); };
  co_await database_.write(judge_all_soon);
  co_await save_alive();
}

Task<> Watch::take_note_of_time(core::Time now) {
  if (now < alive_at_) co_await take_note_of_clock_set_back(now);
  if (now - alive_at_ >= kAbsence) co_await take_note_of_absence(now);
}

Task<> Watch::take_note_of_clock_set_back(core::Time now) {
  const auto note = [&](store::Transaction& tx) {
    store::note_clock_set_back(tx, now);
    store::set_setting(tx, kAliveAt, text::format_time(now));
  };
  co_await database_.write(note);
  runtime::log::warning("hub.clock_set_back", "The clock was set back; everybody is judged again",
                        {{"from", text::format_time(alive_at_)}, {"to", text::format_time(now)}});
}

Task<> Watch::take_note_of_absence(core::Time now) {
  const auto away = now - alive_at_;
  const auto shift = [&](store::Transaction& tx) {
    store::shift_silence(tx, now, away);
    store::set_setting(tx, kAliveAt, text::format_time(now));
  };
  co_await database_.write(shift);
  runtime::log::info("hub.was_away", "The hub was not running; that time does not count as silence",
                     {{"since", text::format_time(alive_at_)}, {"seconds", away / 1s}});
}

Task<> Watch::save_alive() {
  const auto now = clock_.now();
  const auto save = [&](store::Transaction& tx) { store::set_setting(tx, kAliveAt, text::format_time(now)); };
  co_await database_.write(save);
  saved_at_ = now;
}

Task<> Watch::round() {
  const auto now = clock_.now();
  co_await take_note_of_time(now);
  if (now - saved_at_ >= kSaveAliveEvery || now < saved_at_) co_await save_alive();
  co_await judge_due();
  // Only now: while the database takes nothing the hub is as good as away.
  alive_at_ = now;
}

Task<> Watch::judge_due() {
  const auto now = clock_.now();
  bool due = co_await is_due(now);
  while (due) {
    co_await judge_some_due(now);
    due = co_await is_due(now);
  }
}

Task<bool> Watch::is_due(core::Time now) {
  const auto look = [](store::View& view) { return store::next_status_change(view); };
  const auto next = co_await database_.read(look);
  co_return next && *next <= now;
}

Task<> Watch::judge_some_due(core::Time now) {
  const auto judge_them = [&](store::Transaction& tx) {
    auto due = store::list_due_statuses(tx, now, kJudgedAtOnce);
    std::erase_if(due, [&](const auto& host) { return !judge(tx, host, now); });
    return due;
  };
  const auto changed = co_await database_.write(judge_them);
  for (const auto& host : changed) live_.publish(Topic::Host, host.text());
  if (!changed.empty()) live_.publish(Topic::Fleet);
}

}  // namespace holdfast::fleet
