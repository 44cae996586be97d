#include "fleet/live/watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ulid.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using core::HostState;

struct WatchTest : testing::Test {
  WatchTest() { world.run(world.watch.start()); }

  core::HostId report(std::string name = "web-01") {
    const std::string document = ReportText{.host = std::move(name), .at = world.clock.now()};
    return world.run(world.reports.receive({{}, "key"}, document, "")).value().host;
  }
  core::JudgedStatus status(const core::HostId& host) { return world.run(world.hosts.find(host))->status; }
  HostState state(const core::HostId& host) { return status(host).state; }
  // Time goes by with the hub at work: a round every minute is as good as one every second.
  void pass(std::chrono::minutes time) {
    for (; time > 0min; time -= 1min) {
      world.clock.advance(1min);
      world.run(world.watch.round());
    }
  }
  // The hub ends, and another begins that much later.
  void restart_after(std::chrono::milliseconds away, const core::StatusLimits& limits = {}) {
    world.run(world.watch.save_alive());
    world.clock.advance(away);
    later.emplace(world.database, world.clock, world.live, limits);
    world.run(later->start());
    world.run(later->round());
  }

  World world;
  std::optional<Watch> later;
};

TEST_F(WatchTest, AHostThatFallsSilentBecomesWarningAndThenDownAtItsTime) {
  const auto host = report();
  pass(29min);
  EXPECT_EQ(state(host), HostState::Ok);
  pass(1min);
  EXPECT_EQ(state(host), HostState::Warning);
  EXPECT_EQ(status(host).since, world.clock.now());
  pass(29min);
  EXPECT_EQ(state(host), HostState::Warning);
  pass(1min);
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, AHubThatStartsWithOtherLimitsJudgesEverybodyByThem) {
  const auto host = report();
  pass(20min);
  EXPECT_EQ(state(host), HostState::Ok);
  restart_after(1s, {.silence_warning = 10min, .silence_down = 2h});
  EXPECT_EQ(state(host), HostState::Warning);
  restart_after(1s);
  EXPECT_EQ(state(host), HostState::Ok);
}

TEST_F(WatchTest, AHostThatGoesOnReportingFallsSilentAfterItsLastReport) {
  const auto host = report();
  const auto first_due = status(host).changes_at;
  pass(10min);
  report();
  EXPECT_EQ(status(host).changes_at, first_due) << "a report need not move it";
  pass(29min);
  EXPECT_EQ(state(host), HostState::Ok);
  pass(1min);
  EXPECT_EQ(state(host), HostState::Warning);
  pass(10min);
  report();
  EXPECT_EQ(state(host), HostState::Ok);
  pass(29min);
  EXPECT_EQ(state(host), HostState::Ok);
  pass(1min);
  EXPECT_EQ(state(host), HostState::Warning);
}

TEST_F(WatchTest, ViewersAreToldWhenTimeAloneChangesAStatus) {
  const auto host = report();
  const auto viewer = world.live.subscribe({{Topic::Host, {}}, {Topic::Fleet, {}}});
  pass(29min);
  EXPECT_TRUE(world.run(viewer->wait(0s)).empty());
  pass(1min);
  EXPECT_THAT(world.run(viewer->wait(0s)),
              testing::UnorderedElementsAre(Change{Topic::Host, host.text()}, Change{Topic::Fleet, {}}));
}

TEST_F(WatchTest, ManyHostsAreJudgedInOneRound) {
  std::vector<Task<core::Result<ReceivedReport>>> tasks;
  for (int i = 0; i < 450; ++i) {
    const std::string document = ReportText{.host = "host-" + std::to_string(i), .at = world.clock.now() - 59min};
    tasks.push_back(world.reports.receive({{}, "key"}, document, ""));
  }
  world.run_all(std::move(tasks));
  EXPECT_EQ(world.run(world.hosts.counts()).warning, 450u);
  pass(1min);
  EXPECT_EQ(world.run(world.hosts.counts()).down, 450u);
}

TEST_F(WatchTest, TheHubBeingAwayForHoursRaisesNoAlarm) {
  const auto host = report();
  pass(10min);
  restart_after(5h);
  EXPECT_EQ(state(host), HostState::Ok);
  world.clock.advance(19min);
  world.run(later->round());
  EXPECT_EQ(state(host), HostState::Ok);
}

TEST_F(WatchTest, AfterTheHubWasAwayAHostThatStaysSilentIsMissedInTime) {
  const auto host = report();
  pass(10min);
  restart_after(5h);
  for (int minute = 0; minute < 50; ++minute) {
    world.clock.advance(1min);
    world.run(later->round());
  }
  EXPECT_EQ(state(host), HostState::Down);
  EXPECT_THAT(status(host).reason(), testing::HasSubstr("2026-11-22T09:00")) << "the real moment";
}

TEST_F(WatchTest, AHostThatWasDownBeforeTheHubWentAwayStaysDown) {
  const auto host = report();
  pass(61min);
  const auto since = status(host).since;
  restart_after(5h);
  EXPECT_EQ(state(host), HostState::Down);
  EXPECT_EQ(status(host).since, since);
}

TEST_F(WatchTest, AHubThatIsKilledKnowsToTheMinuteWhenItWasAlive) {
  const auto host = report();
  pass(20min);
  world.clock.advance(5h);
  later.emplace(world.database, world.clock, world.live, core::StatusLimits());
  world.run(later->start());
  world.run(later->round());
  EXPECT_EQ(state(host), HostState::Ok);
}

TEST_F(WatchTest, AHostThatReportedBetweenTheLastSaveAndAKillIsNotSilentWhileTheHubIsAway) {
  world.run(world.watch.save_alive());
  world.clock.advance(30s);
  const auto host = report();
  world.clock.advance(5h);
  later.emplace(world.database, world.clock, world.live, core::StatusLimits());
  world.run(later->start());
  world.run(later->round());
  EXPECT_EQ(state(host), HostState::Ok);
  world.clock.advance(29min);
  world.run(later->round());
  EXPECT_EQ(state(host), HostState::Ok);
}

TEST_F(WatchTest, AMachineThatSleptIsAwayToo) {
  const auto host = report();
  pass(10min);
  world.clock.advance(5h);
  world.run(world.watch.round());
  EXPECT_EQ(state(host), HostState::Ok);
  pass(50min);
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, AReportReplacesStateOfATimeWhenTheClockOfTheHubWasAhead) {
  world.clock.jump(24h);
  const auto host = report();
  world.clock.jump(-24h);
  const std::string document = ReportText{.at = world.clock.now(), .health = core::Health::Fail};
  EXPECT_TRUE(world.run(world.reports.receive({{}, "key"}, document, ""))->newest);
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, AHostThatFallsSilentAfterTheClockWasSetBackIsMissedInTime) {
  world.clock.jump(24h);
  world.run(world.watch.round());
  const auto host = report();
  world.clock.jump(-24h);
  world.run(world.watch.round());
  EXPECT_EQ(state(host), HostState::Ok);
  pass(60min);
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, WhatWasJudgedByAClockThatWasAheadIsJudgedAgain) {
  const auto host = report();
  world.run(world.hosts.pause(host, core::Pause{world.clock.now() + 3h, "", "", {}}, world.admin)).value();
  pass(2min);
  world.clock.jump(24h);
  world.run(world.watch.round());
  EXPECT_EQ(state(host), HostState::Ok);
  world.clock.jump(-24h);
  world.run(world.watch.round());
  EXPECT_EQ(state(host), HostState::Paused);
}

TEST_F(WatchTest, AHubThatBootedAheadOfItsTimeNoticesWhenItIsStartedAgain) {
  world.clock.jump(24h);
  world.run(world.watch.start());
  const auto host = report();
  restart_after(-24h);
  for (int minute = 0; minute < 60; ++minute) {
    world.clock.advance(1min);
    world.run(later->round());
  }
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, AQuickRestartShiftsNothing) {
  const auto host = report();
  pass(29min);
  restart_after(61s);
  EXPECT_EQ(state(host), HostState::Warning);
}

TEST_F(WatchTest, AReportAfterTheHubWasAwayCountsFromItsOwnMoment) {
  const auto host = report();
  pass(10min);
  restart_after(5h);
  report();
  for (int minute = 0; minute < 59; ++minute) {
    world.clock.advance(1min);
    world.run(later->round());
  }
  EXPECT_EQ(state(host), HostState::Warning);
  world.clock.advance(1min);
  world.run(later->round());
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, APausedHostRaisesNothingUntilThePauseEnds) {
  const auto host = report();
  world.run(world.hosts.pause(host, core::Pause{world.clock.now() + 3h, "moving house", "", {}}, world.admin)).value();
  EXPECT_EQ(state(host), HostState::Paused);
  pass(179min);
  EXPECT_EQ(state(host), HostState::Paused);
  pass(1min);
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, APauseThatEndsWhileTheHubIsAwayEndsInTime) {
  const auto host = report();
  world.run(world.hosts.pause(host, core::Pause{world.clock.now() + 1h, "", "", {}}, world.admin)).value();
  restart_after(5h);
  EXPECT_EQ(state(host), HostState::Ok);
  EXPECT_FALSE(world.run(world.hosts.find(host))->pause);
}

TEST_F(WatchTest, AnEnrolledHostThatNeverReportsIsJudgedByTheSignsOfItsAgent) {
  const auto host = world.ready_host();
  EXPECT_EQ(state(host), HostState::Waiting);
  RecordingLink link;
  world.agents.connected(host, link);
  world.run(world.agents.save_last_seen());
  EXPECT_EQ(status(host).reason(), "Unprotected: no backup yet");
  world.agents.disconnected(host, link);
  pass(60min);
  EXPECT_EQ(state(host), HostState::Down);
}

TEST_F(WatchTest, TheSignsOfAnAgentDoNotHideThatItsReportsAreMissing) {
  const auto host = world.ready_host();
  RecordingLink link;
  world.agents.connected(host, link);
  const std::string document = ReportText{.at = world.clock.now(), .backup = world.clock.now()};
  world.run(world.reports.receive_from_agent(host, document)).value();
  EXPECT_EQ(status(host).reason(), "Unprotected: no backup yet") << "its report is not believed";
  pass(60min);
  world.agents.heard(host);
  world.run(world.agents.save_last_seen());
  EXPECT_EQ(state(host), HostState::Down);
  world.agents.disconnected(host, link);
}

TEST_F(WatchTest, ManyAgentsAreSavedInSteps) {
  std::vector<core::HostId> hosts(250);
  const auto add = [&](store::Transaction& tx) {
    for (auto& host : hosts) {
      host = core::HostId(text::make_ulid(world.clock.now(), runtime::random_ulid_entropy()));
      store::add_host(tx, {host, store::default_customer(tx).id, "host", true, {}, world.clock.now(), {}});
    }
  };
  world.run(world.database.write(add));
  RecordingLink link;
  for (const auto& host : hosts) world.agents.connected(host, link);
  world.run(world.agents.save_last_seen());
  for (const auto& host : {hosts.front(), hosts.back()})
    EXPECT_EQ(world.run(world.hosts.find(host))->host.last_seen_at, world.clock.now());
  EXPECT_EQ(world.run(world.hosts.counts()).warning, 250u) << "nothing is backed up";
  for (const auto& host : hosts) world.agents.disconnected(host, link);
}

}  // namespace
}  // namespace holdfast::fleet
