#include "schedules/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "core/schedule/zone.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "runtime/time_zone.hpp"
#include "text/ulid.hpp"

// Each step is stored before the next one relies on it: that a run was decided on, with the ids of its jobs; then the
// job, in the ledger; then that it has begun. Whatever is killed in between is found where it was, and no job is made
// under two ids. A disk that takes no writes stops the clock of the schedules, not what was decided by then.
namespace holdfast::agent {
namespace {

namespace log = runtime::log;

// All fires of one hello, which has room for about as many jobs more.
constexpr std::size_t kMostJobsTold = 1000;

bool is_of(const PendingFire& pending, const protocol::ScheduleFired& message) {
  return pending.fire.schedule == message.schedule && pending.fire.at == message.at;
}

// Nothing, too, on a machine without time zones.
std::optional<runtime::TimeZone> find_zone(const std::string& name) {
  try {
    return runtime::find_zone(name);
  } catch (const std::exception& error) {
    log::error("schedule.no_time_zones", "This machine knows no time zones: install tzdata",
               {{"reason", error.what()}});
    return std::nullopt;
  }
}

// It will not be, and is not told of as if it had begun.
bool forget(PendingFire& pending, const core::JobId& job) {
  if (pending.waiting.erase(job) == 0) return false;
  std::erase_if(pending.fire.jobs, [&](const protocol::DueJob& due) { return due.job == job; });
  return true;
}

bool is_done(const PendingFire& pending) {
  return pending.acknowledged && pending.waiting.empty();
}

const protocol::ScheduleTarget* find_target(const protocol::ScheduleSet& set, const core::ScheduleId& schedule,
                                            const protocol::DueJob& due) {
  for (const auto& entry : set.entries) {
    if (entry.schedule != schedule) continue;
    for (const auto& target : entry.targets) {
      const auto& backup = std::get<protocol::BackupCommand>(target.operation);
      if (target.repository == due.repository && backup.source_group == due.source_group) return &target;
    }
  }
  return nullptr;
}

}  // namespace

Scheduler::Scheduler(runtime::Loop& loop, const runtime::Clock& clock, const std::filesystem::path& state_directory,
                     std::string host, Ledger& ledger, JobRunner& runner, SchedulerOptions options)
    : clock_(clock),
      host_(std::move(host)),
      ledger_(ledger),
      runner_(runner),
      options_(options),
      store_(state_directory, host_),
      state_(store_.state()),
      away_since_(clock.steady()),
      changed_(loop),
      tasks_(loop) {
  take(store_.set());
  count_from_now_on();
  for (PendingFire& pending : state_.pending)
    std::erase_if(pending.waiting, [&](const core::JobId& job) { return ledger_.find(job) != nullptr; });
}

void Scheduler::start() {
  tasks_.spawn("schedules", [this] { return run(); });
}

std::optional<Scheduler::Entry> Scheduler::entry_of(const protocol::ScheduleEntry& entry) const {
  const auto cron = core::Cron::parse(entry.cron);
  const auto zone = find_zone(entry.timezone);
  if (!cron || !zone) {
    log::error("schedule.unusable", "A schedule cannot be followed on this machine",
               {{"schedule", entry.schedule.text()}, {"cron", entry.cron}, {"timezone", entry.timezone}});
    return std::nullopt;
  }
  Entry usable{entry.schedule, {*cron, core::zone_of(*zone), entry.window, {}, entry.missed}, entry.decided_at, {}};
  usable.timing.offset = core::spread_offset(host_, entry.schedule.text(), entry.window);
  for (const auto& target : entry.targets)
    usable.targets.push_back({{}, target.repository, std::get<protocol::BackupCommand>(target.operation).source_group});
  return usable;
}

void Scheduler::take(const protocol::ScheduleSet& set) {
  version_ = set.version;
  entries_.clear();
  for (const auto& entry : set.entries) {
    if (auto usable = entry_of(entry)) entries_.push_back(*std::move(usable));
  }
  next_.reset();
}

// What a schedule was to do before this agent had it is not made up for.
void Scheduler::count_from_now_on() {
  std::map<core::ScheduleId, core::Time> decided;
  std::map<core::ScheduleId, core::Time> fired;
  for (const Entry& entry : entries_) {
    const auto known = state_.decided.find(entry.schedule);
    decided[entry.schedule] = known == state_.decided.end() ? clock_.now() : known->second;
    if (const auto last = state_.fired.find(entry.schedule); last != state_.fired.end()) fired.insert(*last);
  }
  state_.decided = std::move(decided);
  state_.fired = std::move(fired);
}

protocol::ScheduleFire Scheduler::fire_of(const PendingFire& pending) const {
  protocol::ScheduleFire fire = pending.fire;
  for (protocol::DueJob& due : fire.jobs) due.begun = !pending.waiting.contains(due.job);
  return fire;
}

void Scheduler::fill(protocol::Hello& hello) {
  hello.schedule_version = version_;
  told_all_ = true;
  std::size_t jobs = 0;
  for (const PendingFire& pending : state_.pending) {
    jobs += pending.fire.jobs.size();
    const bool fits = hello.fires.empty() || (hello.fires.size() < protocol::kMaxFires && jobs <= kMostJobsTold);
    told_all_ = told_all_ && fits;
    if (told_all_) {
      hello.fires.push_back(fire_of(pending));
    } else if (!pending.acknowledged) {
      const auto is_of_it = [&](const protocol::JobPosition& position) {
        return std::ranges::find(pending.fire.jobs, position.job, &protocol::DueJob::job) != pending.fire.jobs.end();
      };
      std::erase_if(hello.jobs, is_of_it);
    }
  }
}

void Scheduler::begin(Send send, int hub_version) {
  suspended_ = hub_version < protocol::kVersionOfSchedules;
  if (suspended_) return;
  send_ = std::move(send);
  tell();
  changed_.notify_all();
}

void Scheduler::end() {
  if (send_) away_since_ = clock_.steady();
  send_ = nullptr;
  changed_.notify_all();
}

void Scheduler::refused() {
  suspended_ = true;
}

// What cannot be stored is tried again at each look at the clock.
void Scheduler::on(const protocol::ScheduleSet& message) {
  try {
    store_.store(message);
    unstored_.reset();
  } catch (const std::system_error& error) {
    log::error("schedules.not_kept", "The schedules of this host cannot be stored", {{"reason", error.what()}});
    unstored_ = message;
    return;
  }
  take(message);
  count_from_now_on();
  save_if_possible();
  log::info("schedules.stored", "The schedules of this host are stored",
            {{"version", message.version}, {"schedules", message.entries.size()}});
  if (send_) send_(protocol::ScheduleAck{version_});
  changed_.notify_all();
}

void Scheduler::on(const protocol::ScheduleFired& message) {
  for (PendingFire& pending : state_.pending) {
    if (!is_of(pending, message)) continue;
    pending.acknowledged = true;
    for (const core::JobId& job : message.unwanted) forget(pending, job);
    // What was not in the hello is known to the hub from here on.
    for (const protocol::DueJob& due : pending.fire.jobs) {
      const JobLedger* job = ledger_.find(due.job);
      if (job && !job->acknowledged()) ledger_.acknowledge(due.job, 0);
    }
  }
  save_if_possible();
}

// A clock that was far ahead has decided what is still to come. One that still is goes on as it is.
void Scheduler::heard(core::Time hub_time) {
  hub_clock_ = {hub_time, clock_.steady()};
  const core::Time latest = std::max(hub_time, clock_.now());
  bool capped = false;
  for (auto& [schedule, decided] : state_.decided) {
    if (decided <= latest + std::chrono::minutes(5)) continue;
    log::warning("schedule.clock", "The clock of this machine was ahead: its schedules count from now on",
                 {{"schedule", schedule.text()}});
    decided = latest;
    capped = true;
  }
  if (!capped) return;
  next_.reset();
  save_if_possible();
  changed_.notify_all();
}

void Scheduler::begun(const core::JobId& job) {
  bool was_waiting = false;
  for (PendingFire& pending : state_.pending) was_waiting |= pending.waiting.erase(job) > 0;
  if (was_waiting) save_if_possible();
}

void Scheduler::cancelled(const core::JobId& job) {
  bool was_waiting = false;
  for (PendingFire& pending : state_.pending) was_waiting |= forget(pending, job);
  if (was_waiting) save_if_possible();
}

void Scheduler::save() {
  std::erase_if(state_.pending, is_done);
  store_.store(state_);
}

// Where what is lost by a crash is only told or asked once more.
void Scheduler::save_if_possible() {
  try {
    save();
  } catch (const std::system_error& error) {
    log::warning("schedules.not_kept", "How far the schedules are cannot be stored", {{"reason", error.what()}});
  }
}

runtime::Task<> Scheduler::run() {
  for (;;) {
    try {
      round();
    } catch (const std::system_error& error) {
      log::error("schedules.not_kept", "What is due cannot be stored, and does not begin", {{"reason", error.what()}});
    }
    co_await changed_.wait_for(until_next());
  }
}

void Scheduler::round() {
  if (suspended_) return;
  if (unstored_) on(protocol::ScheduleSet(*unstored_));
  decide();
  tell();
  begin_alone();
}

std::chrono::steady_clock::duration Scheduler::until_next() const {
  auto wait = options_.longest_sleep;
  if (suspended_) return wait;
  const auto patience_left = away_since_ + options_.patience - clock_.steady();
  if (!send_ && !state_.pending.empty() && patience_left > patience_left.zero()) wait = std::min(wait, patience_left);
  if (!next_) return wait;
  const auto due = std::max(std::chrono::duration_cast<std::chrono::steady_clock::duration>(*next_ - clock_.now()),
                            std::chrono::steady_clock::duration(std::chrono::milliseconds(1)));
  return std::min(wait, due);
}

void Scheduler::decide() {
  const core::Time now = clock_.now();
  if (next_ && now < *next_) return;
  const ScheduleState before = state_;
  next_.reset();
  for (const Entry& entry : entries_) {
    const core::Time since = std::max(state_.decided.at(entry.schedule), entry.decided_at);
    const core::FireDecision decision = core::decide_fires(entry.timing, since, now);
    if (decision.next) next_ = next_ ? std::min(*next_, *decision.next) : *decision.next;
    if (decision.decided == since) continue;
    state_.decided[entry.schedule] = decision.decided;
    if (decision.missed_since)
      log::warning("schedule.missed", "A scheduled run did not begin when it was due",
                   {{"schedule", entry.schedule.text()}, {"made_up_for", decision.run.has_value()}});
    const auto fired = state_.fired.find(entry.schedule);
    const bool is_repeated = decision.run && fired != state_.fired.end() && fired->second == decision.run->at;
    if (decision.run && !is_repeated) push(entry, *decision.run);
  }
  if (state_.decided == before.decided) return;
  try {
    save();
  } catch (...) {
    state_ = before;
    next_ = now + std::chrono::minutes(1);
    throw;
  }
}

// Lists of jobs are sorted by it, as far as it is known.
core::Time Scheduler::hub_now() const {
  if (!hub_clock_) return clock_.now();
  return hub_clock_->first + std::chrono::duration_cast<core::milliseconds>(clock_.steady() - hub_clock_->second);
}

// Of one schedule one run waits at most: a later one takes the place of what has not begun of it.
void Scheduler::push(const Entry& entry, const core::Fire& fire) {
  std::erase_if(state_.pending, [&](const PendingFire& pending) {
    return pending.fire.schedule == entry.schedule && !pending.acknowledged &&
           pending.waiting.size() == pending.fire.jobs.size();
  });
  PendingFire pending;
  pending.fire = {entry.schedule, fire.at, fire.is_late, clock_.now(), entry.targets};
  for (protocol::DueJob& due : pending.fire.jobs) {
    due.job = core::JobId(text::make_ulid(hub_now(), runtime::random_ulid_entropy()));
    pending.waiting.insert(due.job);
  }
  log::info("schedule.due", "A schedule is due",
            {{"schedule", entry.schedule.text()}, {"jobs", pending.fire.jobs.size()}});
  state_.fired[entry.schedule] = fire.at;
  state_.pending.push_back(std::move(pending));
  told_all_ = false;
}

void Scheduler::tell() {
  if (!send_ || told_all_) return;
  for (const PendingFire& pending : state_.pending) {
    if (!pending.acknowledged) send_(fire_of(pending));
  }
  told_all_ = true;
}

bool Scheduler::may_begin_alone() const {
  return !send_ && clock_.steady() - away_since_ >= options_.patience;
}

void Scheduler::begin_alone() {
  if (!may_begin_alone()) return;
  std::optional<protocol::ScheduleSet> set;
  for (PendingFire& pending : state_.pending) {
    for (const core::JobId& id : std::set(pending.waiting)) {
      const auto due = std::ranges::find(pending.fire.jobs, id, &protocol::DueJob::job);
      if (!set) set = store_.set();
      const auto* target = find_target(*set, pending.fire.schedule, *due);
      if (!target) {
        forget(pending, id);
        continue;
      }
      runner_.accept({id, target->repository, target->access, target->operation});
      if (ledger_.find(id)) pending.waiting.erase(id);
    }
  }
  if (set) save_if_possible();
}

}  // namespace holdfast::agent
