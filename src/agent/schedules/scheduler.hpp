#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/schedule/fires.hpp"
#include "jobs/job_runner.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"
#include "schedules/schedule_store.hpp"

namespace holdfast::agent {

struct SchedulerOptions {
  // How long the hub may be away before a run that is due begins without it.
  std::chrono::steady_clock::duration patience = std::chrono::minutes(1);
  // How often the clock is looked at, which may be put forward at any time.
  std::chrono::steady_clock::duration longest_sleep = std::chrono::minutes(1);
};

// The agent's own clock: decides when the schedules of its host are due, and sees to it that each run becomes its
// jobs, by the hub or without it. Lives on the loop's thread; stop() before it goes.
class Scheduler {
 public:
  using Send = std::function<void(const protocol::AgentMessage&)>;

  Scheduler(runtime::Loop& loop, const runtime::Clock& clock, const std::filesystem::path& state_directory,
            std::string host, Ledger& ledger, JobRunner& runner, SchedulerOptions options = {});

  void start();
  runtime::Task<> stop() { return tasks_.stop(); }

  // --- of one connection ---

  // Tells what fits of what is due. Jobs of other fires go from the hello, as the hub cannot know them.
  void fill(protocol::Hello& hello);
  // It is welcomed, by a hub of that version.
  void begin(Send send, int hub_version);
  void end();
  // The hub does not accept this agent, or has another one of this host: nothing is due until it is welcomed again.
  void refused();
  void on(const protocol::ScheduleSet& message);
  void on(const protocol::ScheduleFired& message);
  // The hub's clock.
  void heard(core::Time hub_time);
  // The hub has sent the job.
  void begun(const core::JobId& job);
  // It does not want it any more.
  void cancelled(const core::JobId& job);

 private:
  struct Entry {
    core::ScheduleId schedule;
    core::Timing timing;
    core::Time decided_at;
    std::vector<protocol::DueJob> targets;  // without jobs
  };
  void take(const protocol::ScheduleSet& set);
  void count_from_now_on();
  protocol::ScheduleFire fire_of(const PendingFire& pending) const;
  std::optional<Entry> entry_of(const protocol::ScheduleEntry& entry) const;
  runtime::Task<> run();
  void round();
  void decide();
  void push(const Entry& entry, const core::Fire& fire);
  void tell();
  void begin_alone();
  void save();
  void save_if_possible();
  bool may_begin_alone() const;
  core::Time hub_now() const;
  std::chrono::steady_clock::duration until_next() const;

  // Constant after construction.
  const runtime::Clock& clock_;
  std::string host_;
  Ledger& ledger_;
  JobRunner& runner_;
  SchedulerOptions options_;

  ScheduleStore store_;
  ScheduleState state_;
  std::uint64_t version_ = 0;
  std::vector<Entry> entries_;
  std::optional<core::Time> next_;  // when something is due, by this clock
  Send send_;                       // while a hub that knows schedules is there
  bool told_all_ = false;           // on this connection, its hello included
  std::optional<std::pair<core::Time, std::chrono::steady_clock::time_point>> hub_clock_;  // as last heard, and when
  std::optional<protocol::ScheduleSet> unstored_;
  bool suspended_ = false;
  std::chrono::steady_clock::time_point away_since_;
  runtime::Signal changed_;
  runtime::TaskGroup tasks_;
};

}  // namespace holdfast::agent
