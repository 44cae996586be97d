#include "fleet/schedules/schedules.hpp"

#include <gmock/gmock.h>

#include "fleet_world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class SchedulesTest : public testing::Test {
 protected:
  ScheduleEdit edit(std::string name = "Nightly") {
    ScheduleEdit edit;
    edit.schedule.name = std::move(name);
    edit.schedule.cron = "15 2 * * *";
    edit.schedule.timezone = "Europe/Budapest";
    edit.schedule.applies_to = {{host_}, {}};
    return edit;
  }
  core::Result<core::ScheduleId> add(ScheduleEdit wanted) {
    return world_.run(world_.schedules.add(std::move(wanted), world_.admin));
  }
  std::string refusal(ScheduleEdit wanted) {
    const auto added = add(std::move(wanted));
    return added ? "none" : added.error().message;
  }

  World world_;
  core::HostId host_ = world_.ready_host();
};

TEST_F(SchedulesTest, AreShownInWordsWithTheirNextRuns) {
  const auto id = add(edit()).value();
  const auto overview = world_.run(world_.schedules.find(id)).value();
  EXPECT_EQ(overview.sentence, "Every day at 02:15");
  EXPECT_EQ(overview.hosts, 1U);
  EXPECT_EQ(overview.customer_slug, "default");
  EXPECT_THAT(overview.runs, SizeIs(kNextRunsShown));
  EXPECT_EQ(world_.run(world_.schedules.list()).size(), 1U);
}

TEST_F(SchedulesTest, AnotherOfTheSameNameIsAConflict) {
  const auto first = add(edit()).value();
  EXPECT_EQ(add(edit("NIGHTLY")).error().kind, core::ErrorKind::Conflict);
  const auto second = add(edit("Hourly")).value();
  EXPECT_EQ(world_.run(world_.schedules.change(second, edit(), world_.admin)).error().kind, core::ErrorKind::Conflict);
  EXPECT_TRUE(world_.run(world_.schedules.change(first, edit("nightly"), world_.admin)));
}

TEST_F(SchedulesTest, WhatCannotBeIsRefusedWithTheField) {
  auto wanted = edit(" ");
  EXPECT_THAT(refusal(wanted), StartsWith("name: "));
  wanted = edit();
  wanted.schedule.cron = "61 * * * *";
  EXPECT_THAT(refusal(wanted), StartsWith("cron: minute"));
  wanted.schedule.cron = "0 0 30 2 *";
  EXPECT_THAT(refusal(wanted), StartsWith("cron: day"));
  wanted = edit();
  wanted.schedule.timezone = "Europe/Atlantis";
  EXPECT_THAT(refusal(wanted), StartsWith("timezone: "));
  wanted = edit();
  wanted.schedule.window = 25h;
  EXPECT_THAT(refusal(wanted), StartsWith("window_minutes: "));
  wanted = edit();
  wanted.schedule.applies_to.hosts = {core::HostId("01J000000000000000000000N0")};
  EXPECT_THAT(refusal(wanted), StartsWith("hosts: "));
  wanted = edit();
  wanted.schedule.source_groups = {core::SourceGroupId("01J000000000000000000000N0")};
  EXPECT_THAT(refusal(wanted), StartsWith("source_groups: "));
  wanted = edit();
  wanted.schedule.repositories = {core::RepositoryId("no id at all")};
  EXPECT_THAT(refusal(wanted), StartsWith("repositories: "));
  wanted = edit();
  wanted.customer = "nobody";
  EXPECT_THAT(refusal(wanted), StartsWith("customer: "));
  EXPECT_THAT(world_.run(world_.schedules.list()), IsEmpty());
}

TEST_F(SchedulesTest, AnotherCustomersHostsAndSourceGroupsAreNotThere) {
  world_.run(world_.customers.add("acme", "Acme", world_.admin)).value();
  auto theirs = edit();
  theirs.customer = "acme";
  EXPECT_THAT(refusal(theirs), StartsWith("hosts: "));
  theirs.schedule.applies_to = {{}, {"web"}};
  theirs.schedule.source_groups = {world_.run(world_.hosts.detail(host_))->source_groups.at(0).id};
  EXPECT_THAT(refusal(theirs), StartsWith("source_groups: "));
  theirs.schedule.source_groups.clear();
  const auto id = add(theirs).value();
  world_.tag(host_, "web");
  EXPECT_EQ(world_.run(world_.schedules.find(id))->hosts, 0U) << "the tag of a host of another customer";
}

TEST_F(SchedulesTest, RunningOneStartsAllThatItDoes) {
  const auto id = add(edit()).value();
  const auto jobs = world_.run(world_.schedules.run(id, world_.admin)).value();
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(world_.run(world_.jobs.find(jobs[0]))->requested_by, "admin");
  auto of_nobody = edit("Nobody");
  of_nobody.schedule.applies_to = {{}, {"nobody"}};
  EXPECT_EQ(world_.run(world_.schedules.run(add(of_nobody).value(), world_.admin)).error().code, "nothing_to_run");
}

TEST_F(SchedulesTest, NothingBeforeAChangeOfTheTimesIsMissed) {
  const auto id = add(edit()).value();
  const auto decided = [&] { return world_.run(world_.schedules.find(id))->schedule.decided_at; };
  const auto created = decided();
  world_.clock.advance(24h);
  world_.run(world_.schedules.change(id, edit("Another name"), world_.admin)).value();
  EXPECT_EQ(decided(), created);
  auto later = edit();
  later.schedule.cron = "@hourly";
  world_.run(world_.schedules.change(id, later, world_.admin)).value();
  EXPECT_EQ(decided(), world_.clock.now());
  world_.run(world_.schedules.set_enabled(id, false, world_.admin)).value();
  world_.clock.advance(24h);
  world_.run(world_.schedules.set_enabled(id, true, world_.admin)).value();
  EXPECT_EQ(decided(), world_.clock.now());
}

TEST_F(SchedulesTest, ThatAreGoneAreNotFound) {
  const auto id = add(edit()).value();
  world_.run(world_.schedules.remove(id, world_.admin)).value();
  EXPECT_EQ(world_.run(world_.schedules.find(id)).error().kind, core::ErrorKind::NotFound);
  EXPECT_EQ(world_.run(world_.schedules.change(id, edit(), world_.admin)).error().kind, core::ErrorKind::NotFound);
  EXPECT_EQ(world_.run(world_.schedules.remove(id, world_.admin)).error().kind, core::ErrorKind::NotFound);
  EXPECT_EQ(world_.run(world_.schedules.run(id, world_.admin)).error().kind, core::ErrorKind::NotFound);
}

}  // namespace
}  // namespace holdfast::fleet
