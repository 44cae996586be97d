#include <gmock/gmock.h>

#include "hosts/fleet_fixture.hpp"
#include "store/status/status_basis.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Statuses : public FleetTest {
 protected:
  void set(const core::HostId& host, const core::JudgedStatus& status) {
    write([&](Transaction& transaction) { set_status(transaction, host, status); });
  }
  void change_at(const core::HostId& host, std::optional<core::Time> time) {
    set(host, {core::HostState::Ok, {}, at(1), time});
  }
  std::optional<core::JudgedStatus> find(const core::HostId& host) {
    return read([&](View& view) { return find_status(view, host); });
  }
  std::vector<core::HostId> due(core::Time now, std::size_t limit = 100) {
    return read([&](View& view) { return list_due_statuses(view, now, limit); });
  }
  std::optional<core::Time> silence(const core::HostId& host) {
    return read([&](View& view) { return silent_since(view, host); });
  }
};

TEST_F(Statuses, AreKeptAsTheyWereJudgedLast) {
  const core::Host host = add_host_named("web1");
  EXPECT_FALSE(find(host.id));
  EXPECT_FALSE(find(make_id<core::HostId>(1)));
  for (const auto state : {core::HostState::Down, core::HostState::Ok, core::HostState::Waiting,
                           core::HostState::Paused, core::HostState::Warning, core::HostState::Warning}) {
    const core::JudgedStatus status{state, {core::finding::PingFailed{"O'Brien's"}}, at(5), at(9)};
    set(host.id, status);
    EXPECT_EQ(find(host.id), status);
  }
  const core::JudgedStatus last{core::HostState::Warning, {}, at(6), std::nullopt};
  set(host.id, last);
  EXPECT_EQ(find(host.id), last);
}

TEST_F(Statuses, AreDueEarliestFirst) {
  const core::Host late = add_host_named("late");
  const core::Host soon = add_host_named("soon");
  const core::Host never = add_host_named("never");
  EXPECT_EQ(read(next_status_change), std::nullopt);
  change_at(late.id, at(200));
  change_at(soon.id, at(100));
  change_at(never.id, std::nullopt);
  EXPECT_EQ(read(next_status_change), at(100));
  EXPECT_THAT(due(at(100) - core::milliseconds(1)), IsEmpty());
  EXPECT_THAT(due(at(100)), ElementsAre(soon.id));
  EXPECT_THAT(due(at(200)), ElementsAre(soon.id, late.id));
  EXPECT_THAT(due(at(200), 1), ElementsAre(soon.id));
  change_at(soon.id, at(300));
  EXPECT_EQ(read(next_status_change), at(200));
}

TEST_F(Statuses, ForgiveSilenceWhileTheHubWasAway) {
  const core::Host before = add_host_named("before");
  const core::Host within = add_host_named("within");
  const core::Host after = add_host_named("after");
  const core::Host unknown = add_host_named("unknown");
  write([&](Transaction& transaction) {
    set_silent_since(transaction, before.id, at(100));
    set_silent_since(transaction, within.id, at(101));
    set_silent_since(transaction, after.id, at(141));
  });
  change_at(before.id, at(500));
  change_at(within.id, at(500));
  change_at(after.id, at(500));
  change_at(unknown.id, at(500));
  write([](Transaction& transaction) { shift_silence(transaction, at(140), std::chrono::seconds(40)); });
  EXPECT_EQ(silence(before.id), at(140));
  EXPECT_EQ(silence(within.id), at(140));
  EXPECT_EQ(silence(after.id), at(141));
  EXPECT_EQ(silence(unknown.id), std::nullopt);
  for (const auto& host : {before, within, after, unknown}) EXPECT_EQ(find(host.id)->changes_at, at(500));
}

TEST_F(Statuses, KnowTheLatestSignOfLife) {
  const core::Host host = add_host_named("web1");
  const auto alive = [&](core::Time time, core::Time now) {
    write([&](Transaction& transaction) { note_alive(transaction, host.id, time, now); });
    return silence(host.id);
  };
  EXPECT_EQ(alive(at(50), at(50)), at(50));
  EXPECT_EQ(alive(at(40), at(51)), at(50));
  EXPECT_EQ(alive(at(60), at(61)), at(60));
  EXPECT_EQ(alive(at(30), at(45)), at(45)) << "the clock was set back";
}

TEST_F(Statuses, AreAllDueAndNobodyIsSilentLaterWhenTheClockWasSetBack) {
  const core::Host early = add_host_named("early");
  const core::Host late = add_host_named("late");
  write([&](Transaction& transaction) {
    set_silent_since(transaction, early.id, at(10));
    set_silent_since(transaction, late.id, at(100));
  });
  change_at(early.id, at(200));
  change_at(late.id, std::nullopt);
  write([](Transaction& transaction) { note_clock_set_back(transaction, at(50)); });
  EXPECT_EQ(silence(early.id), at(10));
  EXPECT_EQ(silence(late.id), at(50));
  EXPECT_THAT(due(at(50)), testing::UnorderedElementsAre(early.id, late.id));
}

class Protection : public FleetTest {
 protected:
  core::SourceGroupFacts group(const core::HostId& host, std::size_t at = 0) {
    return read([&](View& view) { return find_status_basis(view, host, 3); }).value().facts.groups.at(at);
  }
  core::BackupVerdict finish(const core::Job& job, const core::JobResult& result, std::int64_t seconds) {
    write([&](Transaction& transaction) { set_job_finished(transaction, job.id, result, at(seconds)); });
    return read([&](View& view) { return find_job(view, job.id); }).value().verdict;
  }
  core::BackupVerdict run(const Ground& ground, std::int64_t seconds, core::JobState state, std::uint64_t files) {
    return finish(add_job_on(ground, seconds), make_result(state, files), seconds + 1);
  }
  std::optional<core::Time> reported(const core::HostId& host) {
    return read([&](View& view) { return find_report_state(view, host); }).value().figures.backup_at;
  }
};

TEST_F(Protection, IsRenewedByGoodRunsAlone) {
  const Ground ground = add_ground("web1");
  EXPECT_EQ(group(ground.host).last_good_at, std::nullopt);
  EXPECT_EQ(run(ground, 10, core::JobState::Succeeded, 100), core::BackupVerdict::Good);
  EXPECT_EQ(run(ground, 20, core::JobState::Partial, 100), core::BackupVerdict::Incomplete);
  EXPECT_EQ(run(ground, 30, core::JobState::Failed, 0), core::BackupVerdict::None);
  EXPECT_EQ(run(ground, 40, core::JobState::Succeeded, 0), core::BackupVerdict::Empty);
  EXPECT_EQ(run(ground, 50, core::JobState::Succeeded, 49), core::BackupVerdict::Shrunken);
  EXPECT_EQ(group(ground.host).last_good_at, at(11));
  EXPECT_EQ(row(ground.host).last_success_at, at(11));
  EXPECT_EQ(group(ground.host).last_verdict, core::BackupVerdict::Shrunken);
  EXPECT_EQ(group(ground.host).files, 49U);
  EXPECT_EQ(group(ground.host).good_files, 100U);
  EXPECT_EQ(run(ground, 60, core::JobState::Succeeded, 50), core::BackupVerdict::Good);
  EXPECT_EQ(group(ground.host).last_good_at, at(61));
}

TEST_F(Protection, ComparesWithTheSameSourceGroupInTheSameRepository) {
  const Ground ground = add_ground("web1");
  run(ground, 10, core::JobState::Succeeded, 1000);
  Ground other_group = ground;
  other_group.source_group = add_group(ground.host, "db").id;
  EXPECT_EQ(run(other_group, 20, core::JobState::Succeeded, 3), core::BackupVerdict::Good);
  Ground other_repository = ground;
  const core::Repository repository = make_repository("second");
  write([&](Transaction& transaction) { add_repository(transaction, repository); });
  other_repository.repository = repository.id;
  EXPECT_EQ(run(other_repository, 30, core::JobState::Succeeded, 3), core::BackupVerdict::Good);
  EXPECT_EQ(run(ground, 40, core::JobState::Succeeded, 3), core::BackupVerdict::Shrunken);
}

TEST_F(Protection, IsKnownOfEachHostInEachRepository) {
  const Ground ground = add_ground("web1");
  Ground elsewhere = ground;
  elsewhere.source_group = add_group(ground.host, "db").id;
  const core::Repository repository = make_repository("second");
  write([&](Transaction& transaction) { add_repository(transaction, repository); });
  elsewhere.repository = repository.id;
  const auto last = [&](const Ground& where) {
    return read([&](View& view) { return last_good_by_host(view, where.repository); });
  };
  EXPECT_THAT(last(ground), IsEmpty());
  run(ground, 10, core::JobState::Succeeded, 100);
  run(elsewhere, 20, core::JobState::Succeeded, 100);
  run(elsewhere, 30, core::JobState::Failed, 0);
  EXPECT_THAT(last(ground), ElementsAre(testing::Pair(ground.host, at(11))));
  EXPECT_THAT(last(elsewhere), ElementsAre(testing::Pair(ground.host, at(21))));
}

TEST_F(Protection, ComparesWithNothingOnceTheSourcesAreOthers) {
  const Ground ground = add_ground("web1");
  run(ground, 10, core::JobState::Succeeded, 1000);
  core::SourceGroup changed = read([&](View& view) { return find_source_group(view, ground.source_group); }).value();
  changed.name = "other name";
  write([&](Transaction& transaction) { update_source_group(transaction, changed); });
  EXPECT_EQ(run(ground, 20, core::JobState::Succeeded, 3), core::BackupVerdict::Shrunken);
  changed.sources.paths = {"/srv"};
  write([&](Transaction& transaction) { update_source_group(transaction, changed); });
  EXPECT_EQ(run(ground, 30, core::JobState::Succeeded, 3), core::BackupVerdict::Good);
}

TEST_F(Protection, IsWhatAPersonTakesForGood) {
  const Ground ground = add_ground("web1");
  run(ground, 10, core::JobState::Succeeded, 1000);
  const auto accept = [&](const core::Job& job) {
    return write([&](Transaction& transaction) { return accept_backup(transaction, job.id); });
  };
  const core::Job small = add_job_on(ground, 20);
  finish(small, make_result(core::JobState::Succeeded, 3), 21);
  EXPECT_TRUE(accept(small));
  EXPECT_EQ(group(ground.host).last_good_at, at(21));
  EXPECT_EQ(group(ground.host).last_verdict, core::BackupVerdict::Good);
  EXPECT_EQ(run(ground, 30, core::JobState::Succeeded, 2), core::BackupVerdict::Good);
  const core::Job empty = add_job_on(ground, 40);
  finish(empty, make_result(core::JobState::Succeeded, 0), 41);
  EXPECT_FALSE(accept(empty)) << "nothing can be restored from it";
  const auto accepted = [&] {
    return read([&](View& view) { return find_accepted_backup(view, ground.source_group, ground.repository); });
  };
  EXPECT_TRUE(accepted().empty());
  const core::Job partial = add_job_on(ground, 50);
  finish(partial, make_result(core::JobState::Partial, 2), 51);
  EXPECT_TRUE(accepted().empty());
  EXPECT_TRUE(accept(partial));
  EXPECT_EQ(accepted(), partial.id);
  EXPECT_EQ(group(ground.host).last_good_at, at(51));
}

TEST_F(Protection, OutlivesItsJobAndEndsWithItsRepository) {
  const Ground ground = add_ground("web1");
  run(ground, 10, core::JobState::Succeeded, 5);
  write([](Transaction& transaction) { execute(transaction, "DELETE FROM jobs"); });
  EXPECT_EQ(group(ground.host).last_good_at, at(11));
  write([&](Transaction& transaction) { remove_repository(transaction, ground.repository); });
  EXPECT_EQ(group(ground.host).last_good_at, std::nullopt);
}

TEST_F(Protection, StaysWhenTheNextReportSaysNothingOfBackupsOrOfOneThatFailed) {
  const core::Host host = add("web1");
  report_backup(host.id, at(50));
  report(host.id, kNow, [](core::ReportState&) {});
  EXPECT_EQ(reported(host.id), at(50));
  report(host.id, kNow + core::milliseconds(1),
         [](core::ReportState& state) { state.figures.backup_status = "failed"; });
  EXPECT_EQ(reported(host.id), at(50));
}

TEST_F(Protection, EndsWhenAReportTellsThatThereIsNoSnapshotLeft) {
  const core::Host host = add("web1");
  report_backup(host.id, at(50));
  report(host.id, kNow, [](core::ReportState& state) { state.figures.snapshots = 0; });
  EXPECT_EQ(reported(host.id), std::nullopt);
}

}  // namespace
}  // namespace holdfast::store
