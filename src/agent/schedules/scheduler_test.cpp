#include "schedules/scheduler.hpp"

#include <sys/stat.h>

#include <random>

#include "agent_fixture.hpp"
#include "fake_clock.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using core::JobState;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

const core::ScheduleId kNightly("01J000000000000000000SCHE1");

// A clock that a test moves, and that knows how often it was looked at.
class WatchedClock final : public runtime::Clock {
 public:
  runtime::WallTime now() const override {
    ++looks_;
    return clock_.now();
  }
  std::chrono::steady_clock::time_point steady() const override { return clock_.steady(); }
  void advance(std::chrono::milliseconds by) { clock_.advance(by); }
  void jump(std::chrono::milliseconds by) { clock_.jump(by); }
  std::size_t looks() const { return looks_; }

 private:
  tests::FakeClock clock_;  // 09:00
  mutable std::size_t looks_ = 0;
};

// An agent that looks at its clock all the time.
class SchedulerTest : public AgentTest {
 protected:
  SchedulerTest() {
    runtime::start_crypto();
    options_.scheduler.longest_sleep = 1ms;
    options_.scheduler.patience = 1min;
  }

  void start() {
    agent_ = std::make_unique<Agent>(loop_, time_, options_);
    agent_->start();
  }
  runtime::Task<> stop() {
    co_await AgentTest::stop();
    hub_.hello.reset();
  }
  runtime::Task<> restart() {
    co_await stop();
    start();
  }
  // Every hour at :30, of the only source group to the only repository.
  protocol::ScheduleSet set(std::uint64_t version = 7) {
    const auto of_job = command(1);
    protocol::ScheduleEntry entry{kNightly,     "Nightly",
                                  "30 * * * *", "UTC",
                                  0s,           core::MissedRun::RunOnce,
                                  time_.now(),  {{of_job.repository, of_job.access, of_job.operation}}};
    std::get<protocol::BackupCommand>(entry.targets[0].operation).source_group = kGroup;
    return {version, {entry}};
  }
  runtime::Task<> take(protocol::ScheduleSet wanted) {
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    hub_.send(wanted);
    co_await hub_.until([this, version = wanted.version] { return hub_.schedule_version == version; });
  }
  // What the hub makes of a fire.
  protocol::CommandRun command_for(const protocol::DueJob& due) {
    auto run = command(1);
    run.job = due.job;
    return run;
  }
  runtime::Task<> lose_hub() {
    hub_.accepts_connections = false;
    hub_.hang_up(1001, "going away");
    const int before = hub_.refused;
    co_await hub_.until([&] { return hub_.refused > before; });
  }
  static runtime::Task<> until(std::function<bool()> reached) {
    while (!reached()) co_await runtime::sleep_for(1ms);
  }
  runtime::Task<> until_stored(std::string text) {
    co_await until([this, text] { return stored("schedules.json").find(text) != std::string::npos; });
  }
  bool has_finished_all() {
    const auto& jobs = agent_->ledger().jobs();
    return !jobs.empty() && std::ranges::all_of(jobs, [](const auto& job) { return job.second->finished(); });
  }
  core::JobId last_job(core::Time at) {
    return std::ranges::find(hub_.fires, at, &protocol::ScheduleFire::at)->jobs.at(0).job;
  }
  // Often enough to see whatever is due by now.
  runtime::Task<> let_it_look() {
    co_await until([this, enough = time_.looks() + 20] { return time_.looks() >= enough; });
  }
  std::string stored(std::string_view name) { return runtime::read_file(folder_ / "state" / name).value_or(""); }

  const core::SourceGroupId kGroup{"01J00000000000000000GR0VP1"};
  WatchedClock time_;
};

TEST_F(SchedulerTest, WhatIsDueBecomesTheJobsOfTheHub) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, IsEmpty());
    time_.advance(30min);
    co_await hub_.until([this] { return !hub_.fires.empty(); });
    const auto fire = hub_.fires.at(0);
    EXPECT_EQ(fire.schedule, kNightly);
    EXPECT_EQ(fire.at, time_.now());
    EXPECT_FALSE(fire.late);
    if (fire.jobs.size() != 1) co_return ADD_FAILURE();
    EXPECT_EQ(fire.jobs[0].source_group, kGroup);
    EXPECT_FALSE(fire.jobs[0].begun);
    hub_.run(command_for(fire.jobs[0]));
    co_await hub_.until_finished(fire.jobs[0].job);
    EXPECT_EQ(hub_.job(fire.jobs[0].job).result->state, JobState::Succeeded);
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, SizeIs(1)) << "it is told once";
    EXPECT_THAT(stored("schedules.json"), HasSubstr(R"("pending":[])"));
  });
}

TEST_F(SchedulerTest, WithoutAHubItBeginsByItselfAndIsHandedInLater) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    co_await lose_hub();
    time_.advance(30min);
    co_await until([this] { return has_finished_all(); });
    time_.advance(1h);
    co_await until([this] { return agent_->ledger().jobs().size() == 2; });
    hub_.accepts_connections = true;
    co_await hub_.until([this] { return hub_.fires.size() >= 2; });
    for (const auto& fire : hub_.fires) {
      if (fire.jobs.size() != 1) co_return ADD_FAILURE();
      EXPECT_TRUE(fire.jobs[0].begun);
      co_await hub_.until_finished(fire.jobs[0].job);
      EXPECT_EQ(hub_.job(fire.jobs[0].job).result->state, JobState::Succeeded);
      EXPECT_EQ(hub_.job(fire.jobs[0].job).starts, 1);
    }
    co_await until_ledger_is_empty();
    EXPECT_EQ(hub_.fires[1].at - hub_.fires[0].at, 1h);
    EXPECT_THAT(stored("schedules.json"), HasSubstr(R"("pending":[])"));
  });
}

TEST_F(SchedulerTest, AHubThatIsAwayForAMomentIsWaitedFor) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    time_.advance(30min - 10s);
    co_await lose_hub();
    time_.advance(10s);
    co_await let_it_look();
    EXPECT_THAT(agent_->ledger().jobs(), IsEmpty());
    hub_.accepts_connections = true;
    co_await hub_.until([this] { return !hub_.fires.empty(); });
    EXPECT_FALSE(hub_.fires[0].jobs.at(0).begun);
  });
}

TEST_F(SchedulerTest, AnAgentThatWasOffMakesUpForOneRun) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    co_await stop();
    time_.advance(24h * 3);
    start();
    co_await hub_.until([this] { return !hub_.fires.empty(); });
    EXPECT_TRUE(hub_.fires[0].late);
    co_await restart();
    co_await hub_.until([this] { return hub_.fires.size() >= 2; });
    EXPECT_EQ(hub_.fires[1].jobs, hub_.fires[0].jobs) << "the same run, until its job has begun";
    co_await restart();
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    EXPECT_EQ(hub_.hello->schedule_version, 7U);
  });
}

TEST_F(SchedulerTest, AJobThatTheHubDoesNotWantIsNotBegun) {
  hub_.takes_fires = false;
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    time_.advance(30min);
    co_await hub_.until([this] { return !hub_.fires.empty(); });
    const auto fire = hub_.fires[0];
    hub_.send(protocol::ScheduleFired{fire.schedule, fire.at, {fire.jobs.at(0).job}});
    co_await until_stored(R"("pending":[])");
    co_await lose_hub();
    time_.advance(10min);
    co_await let_it_look();
    EXPECT_THAT(agent_->ledger().jobs(), IsEmpty());
  });
}

TEST_F(SchedulerTest, AClockThatWasFarAheadSilencesNoSchedule) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    const auto right = time_.now();
    time_.jump(24h * 365);
    co_await hub_.until([this] { return hub_.fires.size() == 1; });
    hub_.run(command_for(hub_.fires[0].jobs.at(0)));
    co_await hub_.until_finished(hub_.fires[0].jobs[0].job);
    time_.jump(-24h * 365);
    hub_.send(protocol::HeartbeatAck{right});
    co_await until_stored(R"("decided":{")" + kNightly.text() + R"(":"2026)");
    time_.advance(30min);
    co_await hub_.until([this] { return hub_.fires.size() == 2; });
    EXPECT_EQ(hub_.fires[1].at, time_.now());
  });
}

TEST_F(SchedulerTest, AClockThatStaysAheadOrIsPutRightALittleRunsNothingTwice) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    time_.advance(30min);
    co_await hub_.until([this] { return hub_.fires.size() == 1; });
    hub_.send(protocol::HeartbeatAck{time_.now() - 20min});
    co_await let_it_look();
    time_.jump(-8min);
    hub_.send(protocol::HeartbeatAck{time_.now()});
    co_await let_it_look();
    time_.advance(8min);
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, SizeIs(1));
  });
}

TEST_F(SchedulerTest, OfAnotherHostNothingIsTakenOver) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    time_.advance(30min);
    co_await hub_.until([this] { return hub_.fires.size() == 1; });
    co_await stop();
    options_.identity.host_id = "01J00000000000000000000H1S";
    hub_.fires.clear();
    start();
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    EXPECT_EQ(hub_.hello->schedule_version, 0U);
    EXPECT_THAT(hub_.hello->fires, IsEmpty());
  });
}

TEST_F(SchedulerTest, AClockThatIsSetBackRunsNothingTwice) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    time_.advance(30min);
    co_await hub_.until([this] { return hub_.fires.size() == 1; });
    time_.jump(-10min);
    co_await let_it_look();
    time_.advance(10min);
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, SizeIs(1));
  });
}

TEST_F(SchedulerTest, NothingBeginsThatCannotBeStored) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    const fs::path file = folder_ / "state" / "schedules.json";
    fs::remove(file);
    fs::create_directories(file / "in the way");
    time_.advance(30min);
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, IsEmpty());
    fs::remove_all(file);
    time_.advance(1min);
    co_await hub_.until([this] { return !hub_.fires.empty(); });
  });
}

TEST_F(SchedulerTest, AnAgentThatTheHubRefusesBeginsNothingAndRests) {
  options_.scheduler.longest_sleep = 1h;
  options_.scheduler.patience = 0ms;
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    hub_.bearer = "another bearer";
    hub_.rotated_bearer = "";
    time_.advance(24h);
    hub_.hang_up(static_cast<std::uint16_t>(protocol::CloseCode::Revoked), "revoked");
    co_await hub_.until([this] { return hub_.refused >= 1; });
    const auto before = time_.looks();
    co_await hub_.until([this, enough = hub_.refused + 30] { return hub_.refused >= enough; });
    EXPECT_LE(time_.looks() - before, 5U) << "in thirty attempts to connect";
    EXPECT_THAT(agent_->ledger().jobs(), IsEmpty());
  });
}

TEST_F(SchedulerTest, WhileAnotherAgentOfTheSameHostIsConnectedItBeginsNothing) {
  options_.scheduler.patience = 0ms;
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    hub_.accepts_connections = false;
    hub_.hang_up(static_cast<std::uint16_t>(protocol::CloseCode::Replaced), "replaced");
    co_await hub_.until([this] { return hub_.refused >= 1; });
    time_.advance(24h);
    co_await hub_.until([this, enough = hub_.refused + 30] { return hub_.refused >= enough; });
    EXPECT_THAT(agent_->ledger().jobs(), IsEmpty());
  });
}

TEST_F(SchedulerTest, AJobThatIsNotWantedIsNotToldOfAsBegun) {
  hub_.takes_fires = false;
  start();
  run([this]() -> runtime::Task<> {
    auto two = set();
    two.entries[0].targets.push_back(two.entries[0].targets[0]);
    std::get<protocol::BackupCommand>(two.entries[0].targets[1].operation).source_group =
        core::SourceGroupId("01J00000000000000000GR0VP2");
    co_await take(two);
    time_.advance(30min);
    co_await hub_.until([this] { return !hub_.fires.empty(); });
    const auto fire = hub_.fires[0];
    hub_.send(protocol::ScheduleFired{fire.schedule, fire.at, {fire.jobs.at(0).job}});
    co_await until_stored(R"("acknowledged":true)");
    co_await restart();
    co_await hub_.until([this] { return hub_.hello.has_value(); });
    const auto told = hub_.hello->fires.at(0).jobs;
    EXPECT_THAT(told, SizeIs(1));
    EXPECT_EQ(told.at(0).job, fire.jobs.at(1).job);
    EXPECT_FALSE(told.at(0).begun);
    hub_.send(protocol::CommandCancel{fire.jobs[1].job});
    co_await until_stored(R"("pending":[])");
  });
}

TEST_F(SchedulerTest, ASetIsSealedAndForItsOwnerAlone) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    EXPECT_THAT(stored("schedules.sealed"), AllOf(Not(IsEmpty()), Not(HasSubstr("password")), Not(HasSubstr("UTC"))));
    for (const auto* name : {"schedules.sealed", "schedules.key"}) {
      struct stat status{};
      ::stat((folder_ / "state" / name).c_str(), &status);
      EXPECT_EQ(status.st_mode & 0777, 0600U) << name;
    }
  });
}

TEST_F(SchedulerTest, DamagedFilesAreReplacedByWhatTheHubSends) {
  start();
  run([this]() -> runtime::Task<> {
    for (const auto* name : {"schedules.sealed", "schedules.key", "schedules.json"}) {
      hub_.schedule_version = 0;
      co_await take(set());
      co_await stop();
      std::ofstream(folder_ / "state" / name) << "damaged";
      start();
      co_await hub_.until([this] { return hub_.hello.has_value(); });
      const bool is_state = std::string_view(name) == "schedules.json";
      EXPECT_EQ(hub_.hello->schedule_version, is_state ? 7U : 0U) << name;
    }
    hub_.schedule_version = 0;
    co_await take(set(8));
    time_.advance(30min);
    co_await hub_.until([this] { return !hub_.fires.empty(); });
  });
}

TEST_F(SchedulerTest, WhatAScheduleWasToDoBeforeTheAgentHadItIsNotMadeUpFor) {
  start();
  run([this]() -> runtime::Task<> {
    auto old = set();
    old.entries[0].decided_at -= 24h * 30;
    co_await take(old);
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, IsEmpty());
    time_.advance(30min);
    co_await hub_.until([this] { return !hub_.fires.empty(); });
    EXPECT_FALSE(hub_.fires[0].late);
  });
}

// Every day something else happens: the hub goes and comes, the agent is stopped and started, with real restic.
TEST_F(SchedulerTest, AMonthWithAndWithoutItsHubHasNoGapAndNoRunTwice) {
  constexpr int kDays = 30;
  options_.scheduler.patience = 0ms;
  hub_.on_fire = [this](const protocol::ScheduleFire& fire) {
    for (const auto& due : fire.jobs) {
      if (!due.begun) hub_.run(command_for(due));
    }
  };
  start();
  run([this]() -> runtime::Task<> {
    auto daily = set();
    daily.entries[0].cron = "30 9 * * *";
    co_await take(daily);
    std::map<core::JobId, core::Time> jobs;
    std::minstd_rand random(20261201);
    for (int day = 0; day < kDays; ++day) {
      const bool is_away = random() % 3 == 0;
      const bool restarts = random() % 2 == 0;
      if (is_away && hub_.accepts_connections) co_await lose_hub();
      if (!is_away && !hub_.accepts_connections) {
        hub_.accepts_connections = true;
        co_await hub_.until([this] { return hub_.hello.has_value(); });
      }
      if (restarts) co_await restart();
      if (!is_away) co_await hub_.until([this] { return hub_.hello.has_value(); });
      time_.advance(day == 0 ? std::chrono::minutes(30) : std::chrono::hours(24));
      const auto due = time_.now();
      const auto is_told = [&] {
        return std::ranges::any_of(hub_.fires, [&](const auto& fire) { return fire.at == due; });
      };
      if (!is_away) co_await hub_.until(is_told);
      co_await until_stored(text::format_time(due));
      // What is interrupted fails, which is no matter of schedules.
      if (!is_away) co_await hub_.until_finished(last_job(due));
      if (is_away) co_await until([this] { return has_finished_all(); });
    }
    hub_.accepts_connections = true;
    const auto is_complete = [this] {
      std::set<core::Time> moments;
      for (const auto& fire : hub_.fires) moments.insert(fire.at);
      return moments.size() == kDays;
    };
    co_await hub_.until(is_complete);
    for (const auto& fire : hub_.fires) {
      for (const auto& due : fire.jobs) {
        const auto [known, is_new] = jobs.try_emplace(due.job, fire.at);
        EXPECT_EQ(known->second, fire.at);
      }
    }
    EXPECT_EQ(jobs.size(), static_cast<std::size_t>(kDays));
    for (const auto& [job, at] : jobs) {
      co_await hub_.until_finished(job);
      EXPECT_EQ(hub_.job(job).starts, 1);
      EXPECT_EQ(hub_.job(job).result->state, JobState::Succeeded);
    }
    co_await until_ledger_is_empty();
  });
}

TEST_F(SchedulerTest, AnEmptySetEndsAllSchedules) {
  start();
  run([this]() -> runtime::Task<> {
    co_await take(set());
    co_await take({8, {}});
    time_.advance(2h);
    co_await let_it_look();
    EXPECT_THAT(hub_.fires, IsEmpty());
  });
}

}  // namespace
}  // namespace holdfast::agent
