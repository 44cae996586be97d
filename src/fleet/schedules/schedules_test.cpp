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

TEST_F(SchedulesTest, AreOfTheCustomerOfTheirFirstHostUnlessOneIsNamed) {
  const auto acme = world_.run(world_.customers.add("acme", "Acme", world_.admin)).value();
  world_.run(world_.hosts.move(host_, acme, world_.admin)).value();
  EXPECT_EQ(world_.run(world_.schedules.find(add(edit()).value()))->customer_slug, "acme");
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

TEST_F(SchedulesTest, TagsAreThoseOfHostsHoweverTheyAreTyped) {
  world_.tag(host_, "Prod");
  auto tagged = edit();
  tagged.schedule.applies_to = {{}, {" PROD", "prod "}};
  const auto overview = world_.run(world_.schedules.find(add(tagged).value())).value();
  EXPECT_EQ(overview.schedule.applies_to.tags, std::vector<std::string>{"prod"});
  EXPECT_EQ(overview.hosts, 1U);
  tagged.schedule.name = "Another";
  tagged.schedule.applies_to.tags = {"no tag"};
  EXPECT_THAT(refusal(tagged), StartsWith("tags: "));
}

TEST_F(SchedulesTest, WhatHasMovedOrIsRemovedIsNotNamedAnyMoreAndTheRestCanBeChanged) {
  const auto other = world_.ready_host("web-02");
  const auto gone = world_.ready_host("web-03");
  auto wanted = edit();
  wanted.schedule.applies_to.hosts = {host_, other, gone};
  wanted.schedule.source_groups = {world_.run(world_.hosts.detail(host_))->source_groups.at(0).id};
  const auto id = add(wanted).value();
  const auto acme = world_.run(world_.customers.add("acme", "Acme", world_.admin)).value();
  world_.run(world_.hosts.move(host_, acme, world_.admin)).value();
  world_.run(world_.hosts.remove(gone, world_.admin)).value();
  const auto now = world_.run(world_.schedules.find(id)).value();
  EXPECT_EQ(now.schedule.applies_to.hosts, std::vector<core::HostId>{other});
  EXPECT_THAT(now.schedule.source_groups, IsEmpty());
  EXPECT_FALSE(now.schedule.all_source_groups);
  EXPECT_EQ(now.host_names, std::vector<std::string>{"web-02"});
  ScheduleEdit same;
  same.schedule = now.schedule;
  EXPECT_TRUE(world_.run(world_.schedules.change(id, same, world_.admin)));
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

TEST_F(SchedulesTest, ProtectingAHostGivesItTheNightlyScheduleOfItsCustomer) {
  const auto first = world_.run(world_.schedules.protect(host_, "Europe/Budapest", world_.admin)).value();
  const auto second_host = world_.ready_host("web-02");
  EXPECT_EQ(world_.run(world_.schedules.protect(second_host, "UTC", world_.admin)).value(), first);
  EXPECT_EQ(world_.run(world_.schedules.protect(second_host, "UTC", world_.admin)).value(), first) << "again";
  const auto overview = world_.run(world_.schedules.find(first)).value();
  EXPECT_EQ(overview.schedule.name, "Nightly");
  EXPECT_EQ(overview.schedule.timezone, "Europe/Budapest");
  EXPECT_EQ(overview.schedule.window, 4h);
  EXPECT_EQ(overview.hosts, 2U);
}

TEST_F(SchedulesTest, ProtectingByAScheduleThatDoesNothingIsRefused) {
  const auto id = add(edit("nightly")).value();
  world_.run(world_.schedules.set_enabled(id, false, world_.admin)).value();
  EXPECT_EQ(world_.run(world_.schedules.protect(host_, "UTC", world_.admin)).error().code, "nightly_does_nothing");
  world_.run(world_.schedules.set_enabled(id, true, world_.admin)).value();
  EXPECT_EQ(world_.run(world_.schedules.protect(host_, "UTC", world_.admin)).value(), id);
}

TEST_F(SchedulesTest, ProtectingABareHostBacksUpAllOfItOnceItHasARepository) {
  const auto bare = world_.enrol("bare").host;
  EXPECT_EQ(world_.run(world_.schedules.protect(bare, "UTC", world_.admin)).error().code, "no_repository");
  const auto repository =
      world_
          .run(world_.repositories.add({"far", {"rest:https://vault.example/bare", "repository-secret", "", ""}},
                                       world_.admin))
          .value();
  world_.run(world_.repositories.link(bare, repository, world_.admin)).value();
  EXPECT_EQ(world_.run(world_.schedules.protect(bare, "Nowhere", world_.admin)).error().kind, core::ErrorKind::Invalid);
  EXPECT_THAT(world_.run(world_.hosts.detail(bare))->source_groups, IsEmpty());
  world_.run(world_.schedules.protect(bare, "UTC", world_.admin)).value();
  const auto groups = world_.run(world_.hosts.detail(bare))->source_groups;
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].sources.paths, std::vector<std::string>{"/"});
}

TEST_F(SchedulesTest, NamesOfHostsAreLookedForWithinTheCustomer) {
  auto named = edit();
  named.schedule.applies_to.hosts.clear();
  named.host_names = {"web-01"};
  const auto id = add(named).value();
  EXPECT_EQ(world_.run(world_.schedules.find(id))->host_names, std::vector<std::string>{"web-01"});
  named.schedule.name = "Another";
  named.host_names = {"web-1"};
  EXPECT_EQ(refusal(named), "hosts: the customer has no host of the name web-1.");
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
