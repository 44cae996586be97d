#include "fleet/reports/record_expiry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "runtime/time_zone.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

struct RecordExpiryTest : testing::Test {
  RecordExpiry keep(std::chrono::days raw, std::string_view schedule = "0 3 * * *") {
    RecordExpiryOptions options{.raw = raw, .prune_schedule = core::Cron::parse(schedule).value(), .zone = zone};
    return RecordExpiry(world.database, world.clock, guard, world.reports, world.upkeep, std::move(options));
  }
  core::HostId report() {
    const std::string document = ReportText{.at = world.clock.now(), .cpu = 10};
    return world.run(world.reports.receive({{}, "key"}, document, "")).value().host;
  }
  void round(RecordExpiry& expiry) {
    world.run(expiry.roll_up_if_due());
    world.run(expiry.prune_if_due());
  }
  // Takes the document of each stored report for good.
  void damage_all() {
    const auto damage = [](store::Transaction& tx) {
      std::vector<store::StoredReport> all;
      store::sample_reports(tx, 1000, [&](const auto& stored) { all.push_back(stored); });
      for (const auto& stored : all) {
        auto damaged = stored;
        damaged.document = {0, "damaged", 0, {}, {}};
        store::remove_reports(tx, {stored.id});
        store::add_report(tx, damaged);
      }
    };
    world.run(world.database.write(damage));
  }
  std::size_t count() {
    const auto look = [](store::View& view) { return store::count_reports(view); };
    return world.run(world.database.read(look));
  }

  World world;
  ClockGuard guard{world.database, world.clock, world.live, world.watch};
  runtime::TimeZone zone = runtime::find_zone("Europe/Budapest").value();
};

TEST_F(RecordExpiryTest, RemovesReportsThatCameTooLongAgo) {
  auto expiry = keep(std::chrono::days(30));
  for (int day = 0; day < 40; ++day) {
    report();
    world.clock.advance(24h);
  }
  const auto pruned = world.run(expiry.prune());
  EXPECT_EQ(pruned.reports, 10u);
  EXPECT_EQ(count(), 30u);
}

TEST_F(RecordExpiryTest, RemovesNothingByAClockThatIsFarAhead) {
  world.run(guard.start());
  world.run(world.watch.start());
  auto expiry = keep(std::chrono::days(90));
  report();
  round(expiry);
  world.clock.jump(365 * 24h);
  world.run(guard.start());
  round(expiry);
  EXPECT_EQ(count(), 1u);
  world.run(guard.confirm(world.admin));
  round(expiry);
  EXPECT_EQ(count(), 0u) << "a person said that the clock is right";
}

TEST_F(RecordExpiryTest, RemovesLogsJobsAndTheAuditLogEachInItsTime) {
  auto expiry = keep(std::chrono::days(90));
  const auto host = world.ready_host();
  core::JobResult failed;
  failed.state = core::JobState::Failed;
  failed.failure.emplace();
  std::vector<core::JobId> jobs;
  for (int i = 0; i < 16; ++i) {
    const auto id = jobs.emplace_back(world.run(world.jobs.start(host, {}, world.admin)).value().id);
    const core::LogLine line{1, world.clock.now(), core::LogLevel::Info, "said"};
    world.run(world.jobs.record(host, {protocol::LogStream{id, {line}}, protocol::JobFinished{id, 2, {}, failed}}));
    world.clock.advance(1min);
  }
  const auto text = [&] { return world.run(world.jobs.log(jobs.back(), 0, 10)).front().text; };
  world.clock.advance(24h * 89);
  EXPECT_EQ(world.run(expiry.prune()).log_lines, 0u);
  world.clock.advance(24h * 2);
  world.run(expiry.prune());
  EXPECT_NE(text(), "said");
  world.clock.advance(24h * 700);
  const auto pruned = world.run(expiry.prune());
  EXPECT_EQ(pruned.jobs, 2u) << "the newest 14 stay";
  EXPECT_FALSE(world.run(world.jobs.find(jobs.front())));
  EXPECT_TRUE(world.run(world.jobs.find(jobs.back())));
  EXPECT_GT(pruned.audit_entries, 16u);
}

TEST_F(RecordExpiryTest, HistoryStaysWhenReportsGo) {
  auto expiry = keep(std::chrono::days(30));
  const auto host = report();
  world.clock.advance(24h * 40);
  round(expiry);
  world.run(expiry.prune());
  EXPECT_EQ(count(), 0u);
  const auto now = world.clock.now();
  const auto history = world.run(world.histories.of_host(host, {now - 24h * 90, now}));
  ASSERT_EQ(history.points.size(), 1u);
  EXPECT_EQ(history.points[0].cpu_mean, 10);
  EXPECT_FALSE(world.run(world.stored_reports.latest(host)));
}

TEST_F(RecordExpiryTest, ADamagedReportStopsNeitherRollUpsNorPruning) {
  auto expiry = keep(std::chrono::days(1));
  const auto host = report();
  damage_all();
  world.clock.advance(1min);
  report();
  world.clock.advance(61min);
  round(expiry);
  const auto now = world.clock.now();
  const auto look = [&](store::View& view) {
    return store::list_roll_ups(view, core::RollUpSpan::Hour, host, core::Time(), now);
  };
  const auto hours = world.run(world.database.read(look));
  ASSERT_EQ(hours.size(), 1u);
  EXPECT_EQ(hours[0].reports, 1u);
  world.clock.advance(24h * 3);
  round(expiry);
  EXPECT_EQ(count(), 0u);
}

TEST_F(RecordExpiryTest, RollsUpAtOnceWhatCameLate) {
  auto expiry = keep(std::chrono::days(90));
  report();
  round(expiry);
  const auto now = world.clock.now();
  const std::string late = ReportText{.at = now - 24h * 20, .cpu = 33};
  const auto host = world.run(world.reports.receive({{}, "key"}, late, "")).value().host;
  round(expiry);
  const auto look = [&](store::View& view) {
    return store::list_roll_ups(view, core::RollUpSpan::Day, host, core::Time(), now);
  };
  const auto days = world.run(world.database.read(look));
  ASSERT_EQ(days.size(), 1u);
  EXPECT_EQ(days[0].cpu_mean, 33);
  EXPECT_FALSE(world.reports.take_late());
}

TEST_F(RecordExpiryTest, PrunesWithoutWaitingForTheNextRollUp) {
  auto expiry = keep(std::chrono::days(1));
  report();
  round(expiry);
  world.clock.advance(24h * 3);
  world.run(expiry.prune_if_due());
  EXPECT_EQ(count(), 0u);
}

TEST_F(RecordExpiryTest, DoesNotPruneWhatRollUpsHadNoTurnAt) {
  {
    auto expiry = keep(std::chrono::days(1));
    round(expiry);
    report();
  }
  world.clock.advance(24h * 3);
  auto expiry = keep(std::chrono::days(1));
  world.run(expiry.prune_if_due());
  EXPECT_EQ(count(), 1u);
}

TEST_F(RecordExpiryTest, IsNotHeldUpByWhatCameWhileTheClockWasAhead) {
  auto expiry = keep(std::chrono::days(1));
  const auto host = report();
  const auto fill = [&](store::Transaction& tx) {
    store::StoredReport stored;
    stored.host = host;
    for (int i = 1; i < 3000; ++i) {
      stored.at = world.clock.now() - 1s * i;
      stored.received_at = world.clock.now() + (i < 2500 ? 24h * 400 : 0h);
      store::add_report(tx, stored);
    }
  };
  const auto clear = [&](store::Transaction& tx) { return store::remove_reports_of(tx, host, 1); };
  world.run(world.database.write(clear));
  world.run(world.database.write(fill));
  world.clock.advance(24h * 3);
  EXPECT_EQ(world.run(expiry.prune()).reports, 500u);
}

TEST_F(RecordExpiryTest, LeavesNoBasesBehindHoweverManyThereAre) {
  auto expiry = keep(std::chrono::days(1));
  const auto host = report();
  const auto start = world.clock.now();
  const auto add_bases = [&](store::Transaction& tx) {
    for (int number = 2; number < 1502; ++number) store::add_base(tx, {host, number, start + 1s * number, {}});
  };
  world.run(world.database.write(add_bases));
  world.clock.advance(24h * 3);
  EXPECT_EQ(world.run(expiry.prune()).bases, 1500u);
}

TEST_F(RecordExpiryTest, ALateReportDoesNotReplaceARollUpWhoseReportsAreGone) {
  auto expiry = keep(std::chrono::days(30));
  const auto start = world.clock.now();
  const auto host = report();
  world.clock.advance(1min);
  report();
  world.clock.advance(24h * 40);
  round(expiry);
  world.run(expiry.prune());
  world.run(world.reports.receive({{}, "key"}, ReportText{.at = start + 2min, .cpu = 90}, "")).value();
  world.run(world.upkeep.roll_up());
  const auto history = world.run(world.histories.of_host(host, {start - 1h, start + 48h}));
  ASSERT_EQ(history.points.size(), 1u);
  EXPECT_EQ(history.points[0].reports, 2u);
}

TEST_F(RecordExpiryTest, ReportsComeInBetweenTheStepsOfAPrune) {
  auto expiry = keep(std::chrono::days(1));
  const auto fill = [&](store::Transaction& tx) {
    const auto host = store::find_hosts_by_name(tx, store::default_customer(tx).id, "web-01").front().id;
    store::StoredReport stored;
    stored.host = host;
    for (int i = 0; i < 5000; ++i) {
      stored.at = stored.received_at = world.clock.now() - 48h + 1s * i;
      stored.document.bytes = "not read";
      store::add_report(tx, stored);
    }
  };
  world.enrol("web-01");
  world.run(world.database.write(fill));
  std::size_t received = 0;
  const auto both = [&]() -> Task<> {
    bool pruning = true;
    const auto prune = [&]() -> Task<> {
      co_await expiry.prune();
      pruning = false;
    };
    runtime::asio::co_spawn(world.loop, prune(), runtime::asio::detached);
    while (pruning) {
      world.clock.advance(1ms);
      const std::string document = ReportText{.at = world.clock.now()};
      KeyHolder sender{{}, "key"};
      const auto one = co_await world.reports.receive(std::move(sender), document, std::string());
      received += one.has_value();
    }
  };
  world.run(both());
  EXPECT_GT(received, 8u) << "one for each step at least";
  EXPECT_EQ(count(), received);
}

TEST_F(RecordExpiryTest, PrunesOnceADayAtItsTimeInItsZone) {
  auto expiry = keep(std::chrono::days(1));
  report();
  round(expiry);
  // 2026-11-22 09:00 UTC is 10:00 in Budapest; 03:00 there comes at 02:00 UTC.
  world.clock.advance(24h * 2 + 16h + 59min);
  round(expiry);
  EXPECT_EQ(count(), 0u);
  report();
  world.clock.advance(24h + 1min);
  round(expiry);
  EXPECT_EQ(count(), 0u) << "a day later again";
}

TEST_F(RecordExpiryTest, DoesNotPruneBeforeItsTime) {
  auto expiry = keep(std::chrono::days(1), "0 3 1 * *");
  round(expiry);
  report();
  world.clock.advance(24h * 5);
  round(expiry);
  EXPECT_EQ(count(), 1u);
}

TEST_F(RecordExpiryTest, MakesUpForATimeThatPassedWhileTheHubWasAway) {
  {
    auto expiry = keep(std::chrono::days(1));
    round(expiry);
    report();
  }
  world.clock.advance(24h * 3);
  auto expiry = keep(std::chrono::days(1));
  round(expiry);
  EXPECT_EQ(count(), 0u);
}

TEST_F(RecordExpiryTest, RollsUpEveryFewMinutes) {
  auto expiry = keep(std::chrono::days(90));
  const auto host = report();
  round(expiry);
  world.clock.advance(61min);
  round(expiry);
  const auto look = [&](store::View& view) {
    return store::list_roll_ups(view, core::RollUpSpan::Hour, host, core::Time(), world.clock.now());
  };
  EXPECT_EQ(world.run(world.database.read(look)).size(), 1u);
}

}  // namespace
}  // namespace holdfast::fleet
