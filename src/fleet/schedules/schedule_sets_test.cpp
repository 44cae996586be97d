#include "fleet/schedules/schedule_sets.hpp"

#include <gmock/gmock.h>

#include "fleet_world.hpp"
#include "new_id.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ScheduleSetsTest : public testing::Test {
 protected:
  ScheduleSetsTest() {
    connect(host_, link_);
    world_.run(world_.schedule_sets.greeted(host_, 0));
  }

  void connect(const core::HostId& host, RecordingLink& link) { world_.connect(host, link); }

  ScheduleEdit edit(std::string name = "Nightly") {
    ScheduleEdit edit;
    edit.schedule.name = std::move(name);
    edit.schedule.cron = "0 2 * * *";
    edit.schedule.timezone = "UTC";
    edit.schedule.applies_to.hosts = {host_};
    return edit;
  }
  core::ScheduleId add(ScheduleEdit wanted) {
    return world_.run(world_.schedules.add(std::move(wanted), world_.admin)).value();
  }
  // What the hub does by itself after a change.
  void settle() { world_.run(world_.schedule_sets.round()); }
  std::vector<protocol::ScheduleSet> sets() { return link_.all<protocol::ScheduleSet>(); }
  protocol::ScheduleFire fire_of(const protocol::ScheduleEntry& entry, bool begun = false) {
    protocol::ScheduleFire fire{entry.schedule, world_.clock.now() - 1min, false, world_.clock.now(), {}};
    for (const auto& target : entry.targets)
      fire.jobs.push_back({new_id<core::JobId>(world_.clock.now()), target.repository,
                           std::get<protocol::BackupCommand>(target.operation).source_group, begun});
    return fire;
  }
  HostSchedules of_host() { return world_.run(world_.schedule_sets.of_host(host_)).value(); }

  World world_;
  core::HostId host_ = world_.ready_host();
  RecordingLink link_;
};

TEST_F(ScheduleSetsTest, AHostWithoutSchedulesIsSentNone) {
  settle();
  EXPECT_THAT(sets(), IsEmpty());
  EXPECT_EQ(of_host().version, 0U);
}

TEST_F(ScheduleSetsTest, AScheduleIsSentToItsHostsWithAllThatTheyNeed) {
  const auto id = add(edit());
  settle();
  ASSERT_THAT(sets(), SizeIs(1));
  const auto set = sets()[0];
  ASSERT_THAT(set.entries, SizeIs(1));
  EXPECT_EQ(set.entries[0].schedule, id);
  ASSERT_THAT(set.entries[0].targets, SizeIs(1));
  EXPECT_EQ(set.entries[0].targets[0].access.password, "repository-secret");
  const auto& backup = std::get<protocol::BackupCommand>(set.entries[0].targets[0].operation);
  EXPECT_THAT(backup.sources.paths, ElementsAre("/srv"));
  EXPECT_EQ(backup.snapshot_host, "web-01");
  EXPECT_TRUE(backup.initialise) << "there was never a good backup";
  world_.run(world_.schedule_sets.acknowledge(host_, set.version));
  EXPECT_EQ(of_host().acknowledged, set.version);
  EXPECT_EQ(of_host().version, set.version);
}

TEST_F(ScheduleSetsTest, WhateverChangesWhatAHostDoesChangesItsSet) {
  const auto id = add(edit());
  settle();
  std::size_t sent = 1;
  const auto expect_another = [&](const char* what) {
    settle();
    ASSERT_THAT(sets(), SizeIs(++sent)) << what;
    EXPECT_GT(sets()[sent - 1].version, sets()[sent - 2].version) << what;
  };
  const auto group =
      world_.run(world_.hosts.add_source_group(host_, "Mail", {{"/var/mail"}, {}, {}}, world_.admin)).value();
  expect_another("a new source group");
  world_.run(world_.hosts.change_source_group(group, "Mail", {{"/mail"}, {}, {}}, world_.admin)).value();
  expect_another("other paths");
  const auto repository = world_.add_repository("second");
  world_.run(world_.repositories.link(host_, repository, world_.admin)).value();
  expect_another("another repository");
  EXPECT_THAT(sets().back().entries[0].targets, SizeIs(4));
  world_.run(world_.repositories.change(repository, {"second", {"/var/backups/elsewhere", "", "", ""}}, world_.admin))
      .value();
  expect_another("another address");
  world_.run(world_.repositories.unlink(host_, repository, world_.admin)).value();
  expect_another("one repository less");
  world_.run(world_.hosts.remove_source_group(group, world_.admin)).value();
  expect_another("one source group less");
  auto hourly = edit();
  hourly.schedule.cron = "@hourly";
  world_.run(world_.schedules.change(id, hourly, world_.admin)).value();
  expect_another("another time");
  world_.run(world_.schedules.set_enabled(id, false, world_.admin)).value();
  expect_another("disabled");
  EXPECT_THAT(sets().back().entries, IsEmpty());
  world_.run(world_.schedules.set_enabled(id, true, world_.admin)).value();
  expect_another("enabled");
  world_.run(world_.schedules.remove(id, world_.admin)).value();
  expect_another("removed");
}

TEST_F(ScheduleSetsTest, WhatChangesNothingForTheHostIsNotSentAgain) {
  add(edit());
  settle();
  world_.tag(host_, "web");
  settle();
  EXPECT_THAT(sets(), SizeIs(1));
  world_.run(world_.schedule_sets.greeted(host_, sets()[0].version));
  EXPECT_THAT(sets(), SizeIs(1));
}

TEST_F(ScheduleSetsTest, ATagBringsAHostItsSchedules) {
  auto tagged = edit();
  tagged.schedule.applies_to = {{}, {"web"}};
  add(tagged);
  settle();
  EXPECT_THAT(sets(), IsEmpty());
  world_.tag(host_, "web");
  settle();
  EXPECT_THAT(sets(), SizeIs(1));
  world_.untag(host_, "web");
  settle();
  ASSERT_THAT(sets(), SizeIs(2));
  EXPECT_THAT(sets()[1].entries, IsEmpty());
}

TEST_F(ScheduleSetsTest, AScheduleWhoseOnlySourceGroupIsRemovedBacksUpNothing) {
  const auto group =
      world_.run(world_.hosts.add_source_group(host_, "Mail", {{"/var/mail"}, {}, {}}, world_.admin)).value();
  auto of_mail = edit();
  of_mail.schedule.source_groups = {group};
  const auto id = add(of_mail);
  settle();
  EXPECT_THAT(sets().back().entries.at(0).targets, SizeIs(1));
  world_.run(world_.hosts.remove_source_group(group, world_.admin)).value();
  settle();
  EXPECT_THAT(sets().back().entries, IsEmpty());
  EXPECT_FALSE(world_.run(world_.schedules.find(id))->schedule.all_source_groups);
}

TEST_F(ScheduleSetsTest, AnAgentWithANewerSetThanTheDatabaseIsSentWhatTheDatabaseHas) {
  world_.run(world_.schedule_sets.greeted(host_, 4'000'000'000));
  ASSERT_THAT(sets(), SizeIs(1));
  EXPECT_THAT(sets()[0].entries, IsEmpty());
  add(edit());
  settle();
  EXPECT_THAT(sets(), SizeIs(2));
}

TEST_F(ScheduleSetsTest, AnAgentThatKnowsNoSchedulesIsSentNone) {
  world_.run(world_.schedule_sets.greeted(host_, std::nullopt));
  add(edit());
  settle();
  EXPECT_THAT(sets(), IsEmpty());
}

TEST_F(ScheduleSetsTest, AFireMakesItsJobsOnceAndSendsThem) {
  const auto id = add(edit());
  settle();
  const auto fire = fire_of(sets().back().entries[0]);
  EXPECT_THAT(world_.run(world_.schedule_sets.fire(host_, fire)).unwanted, IsEmpty());
  EXPECT_THAT(world_.run(world_.schedule_sets.fire(host_, fire)).unwanted, IsEmpty());
  const auto job = world_.run(world_.jobs.find(fire.jobs[0].job));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->host, host_);
  EXPECT_EQ(job->requested_by, "schedule Nightly");
  EXPECT_EQ(job->scheduled, (core::ScheduledRun{id, fire.at}));
  EXPECT_THAT(world_.run(world_.jobs.list({})), SizeIs(1));
  EXPECT_THAT(link_.all<protocol::CommandRun>(), SizeIs(1));
}

TEST_F(ScheduleSetsTest, WhatTheAgentBeganByItselfIsKeptEvenWhereNobodyWantsItAnyMore) {
  const auto id = add(edit());
  settle();
  const auto entry = sets().back().entries[0];
  world_.run(world_.schedules.remove(id, world_.admin)).value();
  const auto begun = fire_of(entry, true);
  EXPECT_THAT(world_.run(world_.schedule_sets.fire(host_, begun)).unwanted, IsEmpty());
  EXPECT_TRUE(world_.run(world_.jobs.find(begun.jobs[0].job)));
  const auto not_begun = fire_of(entry);
  EXPECT_THAT(world_.run(world_.schedule_sets.fire(host_, not_begun)).unwanted, ElementsAre(not_begun.jobs[0].job));
  EXPECT_FALSE(world_.run(world_.jobs.find(not_begun.jobs[0].job)));
  EXPECT_THAT(link_.all<protocol::CommandRun>(), IsEmpty());
}

TEST_F(ScheduleSetsTest, AnAgentIsGivenNothingOfOthersWhateverItSaysIsDue) {
  add(edit());
  settle();
  auto fire = fire_of(sets().back().entries[0], true);
  const auto other = world_.ready_host("web-02");
  const auto job = world_.run(world_.jobs.start(other, {}, world_.admin)).value();
  const auto& backup = std::get<core::BackupOrder>(job.order);
  fire.jobs[0].job = job.id;
  fire.jobs.push_back({new_id<core::JobId>(world_.clock.now()), job.repository, backup.source_group, true});
  world_.run(world_.schedule_sets.fire(host_, fire));
  EXPECT_EQ(world_.run(world_.jobs.find(job.id))->host, other);
  EXPECT_FALSE(world_.run(world_.jobs.find(job.id))->scheduled);
  const auto taken = world_.run(world_.jobs.find(fire.jobs[1].job)).value();
  EXPECT_TRUE(taken.repository.empty());
  EXPECT_TRUE(std::get<core::BackupOrder>(taken.order).source_group.empty());
  world_.run(world_.jobs.send(host_, taken.id));
  EXPECT_THAT(link_.all<protocol::CommandRun>(), IsEmpty());
  EXPECT_EQ(world_.run(world_.jobs.find(taken.id))->state, core::JobState::Failed);
}

TEST_F(ScheduleSetsTest, AChangeForMoreHostsThanAreToldOneByOneReachesAll) {
  add(edit());
  world_.live.publish(Topic::Plan);
  settle();
  EXPECT_THAT(sets(), SizeIs(1));
}

TEST_F(ScheduleSetsTest, WhenAHostIsNextHasItsPlaceInTheWindow) {
  auto spread = edit();
  spread.schedule.window = 4h;
  const auto id = add(spread);
  const auto entries = of_host().entries;
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].sentence, "Every day at 02:00");
  const auto two = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 2h;
  EXPECT_EQ(entries[0].next, two + core::spread_offset(host_.text(), id.text(), 4h));
}

}  // namespace
}  // namespace holdfast::fleet
