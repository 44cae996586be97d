#include "store/status/status_basis.hpp"

#include <gmock/gmock.h>

#include "hosts/fleet_fixture.hpp"
#include "store/reports/report_places.hpp"

namespace holdfast::store {
namespace {

using core::JobState;
using testing::ElementsAre;
using testing::IsEmpty;

class StatusBases : public FleetTest {
 protected:
  StatusBasis basis(const core::HostId& host) {
    return read([&](View& view) { return find_status_basis(view, host, 3); }).value();
  }
  void pause_host(const core::HostId& host, std::optional<core::Time> until) {
    write([&](Transaction& transaction) { set_host_pause(transaction, host, core::Pause{until, "", "admin", at(1)}); });
  }
};

TEST_F(StatusBases, AreEmptyForAHostOfWhichNothingIsKnown) {
  const core::Host host = add_host_named("web1");
  const StatusBasis found = basis(host.id);
  EXPECT_TRUE(found.facts.enrolled);
  EXPECT_FALSE(found.facts.silent_since || found.facts.heard_at || found.facts.paused_until || found.facts.figures);
  EXPECT_FALSE(found.facts.has_repository || found.facts.full_at || found.stored);
  EXPECT_TRUE(found.facts.needs_backup);
  EXPECT_EQ(found.facts.known_since, at(3));
  EXPECT_THAT(found.facts.groups, IsEmpty());
  EXPECT_THAT(found.limits, IsEmpty());
  EXPECT_FALSE(read([](View& view) { return find_status_basis(view, make_id<core::HostId>(1), 3); }));
}

TEST_F(StatusBases, TellWhatTheNewestReportSays) {
  const core::Host host = add_host_named("web1");
  core::ReportFigures figures;
  figures.health = core::Health::Warn;
  figures.issue = "fan";
  figures.issues = 2;
  figures.disk_percent = 91.5;
  figures.disk_mount = "/srv";
  figures.backup_at = at(40);
  figures.backup_status = "success";
  figures.backup_next = at(90);
  figures.snapshots = 7;
  figures.repository_bytes = 8;
  report(host.id, at(50), [&](core::ReportState& state) { state.figures = figures; });
  EXPECT_EQ(basis(host.id).facts.figures, figures);
  EXPECT_EQ(basis(host.id).facts.heard_at, at(50));
}

TEST_F(StatusBases, TellWhenTheAgentWasHeardWhereNothingReports) {
  const core::Host host = add_host_named("web1");
  write([&](Transaction& transaction) {
    set_host_seen(transaction, host.id, at(70));
    set_silent_since(transaction, host.id, at(75));
    set_disk_full_at(transaction, host.id, at(99));
  });
  EXPECT_EQ(basis(host.id).facts.heard_at, at(70));
  EXPECT_EQ(basis(host.id).facts.silent_since, at(75));
  EXPECT_EQ(basis(host.id).facts.full_at, at(99));
  write([&](Transaction& transaction) { set_disk_full_at(transaction, host.id, std::nullopt); });
  EXPECT_FALSE(basis(host.id).facts.full_at);
}

TEST_F(StatusBases, TellOfThePauseThatLastsLonger) {
  const core::Customer customer = add_customer_named("acme");
  const core::Host host = add_host_of(customer.id, "web1");
  const auto pause_customer = [&](std::optional<core::Time> until) {
    write([&](Transaction& transaction) {
      set_customer_pause(transaction, customer.id, core::Pause{until, "", "admin", at(1)});
    });
  };
  pause_host(host.id, at(100));
  EXPECT_EQ(basis(host.id).facts.paused_until, at(100));
  pause_customer(at(200));
  EXPECT_EQ(basis(host.id).facts.paused_until, at(200));
  pause_host(host.id, std::nullopt);
  EXPECT_EQ(basis(host.id).facts.paused_until, core::Time::max());
  write([&](Transaction& transaction) {
    set_host_pause(transaction, host.id, std::nullopt);
    set_customer_pause(transaction, customer.id, std::nullopt);
  });
  EXPECT_FALSE(basis(host.id).facts.paused_until);
}

TEST_F(StatusBases, TellOfTheRunsOfEachSourceGroup) {
  const Ground ground = add_ground("web1");
  const auto other = add_group(ground.host, "db").id;
  EXPECT_TRUE(basis(ground.host).facts.has_repository);
  std::int64_t number = 10;
  const auto run = [&](core::SourceGroupId group, JobState state) {
    core::Job job = make_job({ground.host, ground.repository, std::move(group)}, ++number);
    job.state = state;
    if (core::is_final(state)) job.finished_at = at(number);
    if (core::is_final(state)) job.result = make_result(state);
    write([&](Transaction& transaction) { add_job(transaction, job); });
  };
  for (const auto state : {JobState::Failed, JobState::Succeeded, JobState::Failed, JobState::Cancelled,
                           JobState::Partial, JobState::Queued})
    run(ground.source_group, state);
  run(other, JobState::Succeeded);
  const auto groups = basis(ground.host).facts.groups;
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].name, "system");
  EXPECT_THAT(groups[0].runs, ElementsAre(JobState::Succeeded, JobState::Failed, JobState::Partial));
  EXPECT_EQ(groups[0].last_verdict, core::BackupVerdict::Incomplete);
  EXPECT_EQ(groups[0].last_good_at, at(12));
  EXPECT_EQ(groups[1].name, "db");
  EXPECT_THAT(groups[1].runs, ElementsAre(JobState::Succeeded));
  EXPECT_EQ(groups[1].last_good_at, at(17));
  write([&](Transaction& transaction) { unlink_repository(transaction, ground.host, ground.repository); });
  EXPECT_FALSE(basis(ground.host).facts.has_repository);
}

TEST_F(StatusBases, TellOfContainersAndOfHostsThatNeedNoBackup) {
  const core::Host host = add_host_named("web1");
  report(host.id, at(50), [](core::ReportState& state) {
    state.figures.containers_troubled = 2;
    state.figures.troubled_containers = "a, b";
  });
  write([&](Transaction& transaction) { set_needs_backup(transaction, host.id, false); });
  const auto found = basis(host.id).facts;
  EXPECT_EQ(found.figures->containers_troubled, 2U);
  EXPECT_EQ(found.figures->troubled_containers, "a, b");
  EXPECT_FALSE(found.needs_backup);
}

TEST_F(StatusBases, TellHowTheHostWasJudgedLast) {
  const core::Host host = add_host_named("web1");
  const core::JudgedBy limits{std::chrono::hours(26), std::chrono::minutes(30), 85, 97};
  const core::JudgedStatus status{
      core::HostState::Down, {core::finding::HostReports{true, "gone", 0}}, at(7), at(8), true, at(6), limits};
  write([&](Transaction& transaction) { set_status(transaction, host.id, status); });
  EXPECT_EQ(basis(host.id).stored, status);
}

class ReportPlaces : public SampleTest {
 protected:
  std::optional<core::HostId> to_adopt(const core::CustomerId& owner, std::string_view name) {
    const auto found = read([&](View& view) { return find_host_to_adopt(view, owner, name); });
    return found ? std::optional(found->id) : std::nullopt;
  }
};

TEST_F(ReportPlaces, AreHostsWithAnAgentOfThatNameOrHostname) {
  const core::Host host = add_host_named("web1");
  EXPECT_EQ(to_adopt(customer(), "web1"), host.id);
  EXPECT_FALSE(to_adopt(customer(), "web2"));
  EXPECT_FALSE(to_adopt(add_customer_named("acme").id, "web1"));
  write([&](Transaction& transaction) { rename_host(transaction, host.id, "Front door"); });
  EXPECT_EQ(to_adopt(customer(), "web1"), host.id) << "its hostname";
}

TEST_F(ReportPlaces, AreNotHostsUnderWhichSomebodyReportsNorThoseThatOnlyReport) {
  const core::Host taken = add_host_named("web1");
  write([&](Transaction& transaction) { set_report_name(transaction, taken.id, "other"); });
  core::Host report_only = make_host("web1");
  report_only.enrolled = false;
  write([&](Transaction& transaction) { add_host(transaction, report_only); });
  EXPECT_FALSE(to_adopt(customer(), "web1"));
}

TEST_F(ReportPlaces, AreCounted) {
  const core::Customer acme = add_customer_named("acme");
  add_host_of(acme.id, "one");
  add_host_of(acme.id, "two");
  EXPECT_EQ(read([&](View& view) { return count_hosts_of(view, acme.id); }), 2u);
  const core::CustomerId other = customer();
  EXPECT_EQ(read([&](View& view) { return count_hosts_of(view, other); }), 0u);
  EXPECT_EQ(read(count_customers), 2u);
}

}  // namespace
}  // namespace holdfast::store
