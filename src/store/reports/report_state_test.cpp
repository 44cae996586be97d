#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "hosts/fleet_fixture.hpp"
#include "reports/report_fixture.hpp"

namespace holdfast::store {
namespace {

class ReportStates : public ReportsTest {
 protected:
  static core::ReportState make_state(const core::HostId& host, std::int64_t seconds) {
    core::ReportState state;
    state.host = host;
    state.at = at(seconds);
    state.received_at = at(1000);
    state.controller_version = "1.4.2";
    return state;
  }
  bool set(const core::ReportState& state) {
    return write([&](Transaction& transaction) { return set_report_state(transaction, state); });
  }
  std::optional<core::ReportState> find(const core::HostId& host) {
    return read([&](View& view) { return find_report_state(view, host); });
  }
};

core::ReportFigures full_figures() {
  core::ReportFigures figures;
  figures.health = core::Health::Fail;
  figures.issue = "O'Brien's disk is \"full\"; --";
  figures.issues = 3;
  figures.cpu_percent = 12.345;
  figures.memory_percent = 100;
  figures.swap_percent = 0;
  figures.load = 0.07;
  figures.temperature_celsius = -3.5;
  figures.disk_percent = 97.99;
  figures.disk_mount = "/srv";
  figures.disk_used_bytes = 1'000'000'000'000;
  figures.disk_total_bytes = 4'000'000'000'000;
  figures.containers = 12;
  figures.containers_running = 11;
  figures.containers_unhealthy = 1;
  figures.backup_at = at(50);
  figures.backup_run_at = at(51);
  figures.backup_status = "success";
  figures.backup_next = at(500);
  figures.snapshots = 77;
  figures.repository_bytes = 123'456'789'012;
  figures.uptime_seconds = 86'400;
  return figures;
}

core::ReportFigures of_backups(const core::ReportFigures& all) {
  core::ReportFigures figures;
  figures.backup_at = all.backup_at;
  figures.backup_run_at = all.backup_run_at;
  figures.backup_status = all.backup_status;
  figures.backup_next = all.backup_next;
  figures.snapshots = all.snapshots;
  figures.repository_bytes = all.repository_bytes;
  return figures;
}

TEST_F(ReportStates, HoldAllThatTheReportSaid) {
  const core::Host host = add_host_named("web1");
  add(host.id, 100);
  core::ReportState state = make_state(host.id, 100);
  state.clock_ahead = true;
  state.config_hash = "sha256:abc";
  state.figures = full_figures();
  EXPECT_TRUE(set(state));
  const std::optional<core::ReportState> found = find(host.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->host, host.id);
  EXPECT_EQ(found->at, state.at);
  EXPECT_EQ(found->received_at, state.received_at);
  EXPECT_TRUE(found->clock_ahead);
  EXPECT_EQ(found->controller_version, "1.4.2");
  EXPECT_EQ(found->config_hash, "sha256:abc");
  EXPECT_EQ(found->figures, state.figures);
}

TEST_F(ReportStates, ForgetWhatTheNextReportDoesNotSay) {
  const core::Host host = add_host_named("web1");
  core::ReportState state = make_state(host.id, 100);
  state.figures = full_figures();
  set(state);
  set(make_state(host.id, 200));
  EXPECT_EQ(find(host.id)->figures, of_backups(full_figures()));
}

TEST_F(ReportStates, KnowOfBackupsWhatTheNewestReportThatSpokeOfThemSaid) {
  const core::Host host = add_host_named("web1");
  const auto say = [&](std::int64_t seconds, const std::string& word) {
    core::ReportState state = make_state(host.id, seconds);
    state.figures.backup_status = word;
    return set(state);
  };
  const auto word = [&] { return find(host.id)->figures.backup_status; };
  EXPECT_TRUE(say(300, ""));
  EXPECT_FALSE(say(200, "failed"));
  EXPECT_EQ(word(), "failed") << "it came late, and nobody said anything later";
  EXPECT_FALSE(say(100, "success"));
  EXPECT_EQ(word(), "failed");
  EXPECT_TRUE(say(400, "success"));
  EXPECT_EQ(word(), "success");
}

TEST_F(ReportStates, AreThereOnceThereWasAReport) {
  const core::Host host = add_host_named("web1");
  EXPECT_FALSE(find(host.id));
  EXPECT_THROW(set(make_state(make_id<core::HostId>(1), 100)), core::DatabaseError);
  set(make_state(host.id, 100));
  EXPECT_TRUE(find(host.id));
}

TEST_F(ReportStates, GiveWayWhenTheyAreOfATimeThatHasNotComeYet) {
  const core::Host host = add_host_named("web1");
  EXPECT_TRUE(set(make_state(host.id, 500)));
  core::ReportState state = make_state(host.id, 100);
  state.received_at = at(101);
  EXPECT_TRUE(set(state)) << "the clock of the hub was set back";
  EXPECT_FALSE(set(make_state(host.id, 99)));
  EXPECT_EQ(find(host.id)->at, at(100));
}

TEST_F(ReportStates, OutliveTheReportTheyAreOf) {
  const core::Host host = add_host_named("web1");
  add(host.id, 100);
  set(make_state(host.id, 100));
  write([](Transaction& transaction) { remove_reports_before(transaction, at(1000), 10); });
  EXPECT_EQ(find(host.id)->at, at(100));
}

// Of each host the documents by moment.
using Documents = std::map<core::HostId, std::map<int, std::string>>;

class AnyOrder : public ReportStates {
 protected:
  void forget_all() {
    write([](Transaction& transaction) {
      execute(transaction, "DELETE FROM reports");
      execute(transaction, "UPDATE host_state SET reported_at = NULL");
    });
  }
  void receive(Transaction& transaction, Documents& expected, const core::HostId& host, int moment,
               const std::string& document) {
    std::map<int, std::string>& reports = expected[host];
    const bool is_new = reports.emplace(moment, document).second;
    RC_ASSERT(add_report(transaction, make_report(host, moment, document)) == is_new);
    core::ReportState state = make_state(host, moment);
    state.config_hash = document;
    RC_ASSERT(set_report_state(transaction, state) == (is_new && reports.rbegin()->first == moment));
  }
  void check(const core::HostId& host, const std::map<int, std::string>& expected) {
    RC_ASSERT(find(host)->at == at(expected.rbegin()->first));
    RC_ASSERT(find(host)->config_hash == expected.rbegin()->second);
    std::map<int, std::string> stored;
    for (const StoredReport& report : list(host, 0, 100)) {
      const auto moment = std::chrono::floor<core::seconds>(report.at).time_since_epoch().count();
      stored[static_cast<int>(moment)] = packer_.unpack(report.document);
    }
    RC_ASSERT(stored == expected);
  }
};

// Of two hosts, some of them twice.
TEST_F(AnyOrder, LeavesTheNewestReportAsTheState) {
  const std::vector<core::HostId> hosts{add_host_named("web1").id, add_host_named("web2").id};
  const auto property = [&] {
    forget_all();
    const auto order = *rc::gen::container<std::vector<std::pair<std::size_t, int>>>(
        rc::gen::pair(rc::gen::inRange<std::size_t>(0, 2), rc::gen::inRange(0, 12)));
    Documents expected;
    write([&](Transaction& transaction) {
      int number = 0;
      for (const auto& [host, moment] : order) {
        receive(transaction, expected, hosts[host], moment, std::to_string(++number));
      }
    });
    for (const auto& [host, reports] : expected) check(host, reports);
  };
  EXPECT_TRUE(rc::check("after any order the newest report is the state", property));
}

class ReportedRuns : public FleetTest {
 protected:
  void tell(const core::HostId& host, std::int64_t seconds, std::int64_t run, const std::string& word) {
    report(host, at(seconds), [&](core::ReportState& state) {
      state.figures.backup_run_at = at(run);
      state.figures.backup_status = word;
    });
  }
  std::vector<core::JobState> runs(const core::HostId& host) {
    return read([&](View& view) { return reported_runs(view, host); });
  }
};

TEST_F(ReportedRuns, AreEachToldOnceHoweverManyReportsTellOfThem) {
  using enum core::JobState;
  const core::Host host = add_host_named("web1");
  EXPECT_THAT(runs(host.id), testing::IsEmpty());
  tell(host.id, 1000, 900, "success");
  tell(host.id, 2000, 901, "success");
  tell(host.id, 3000, 2900, "running");
  tell(host.id, 4000, 2900, "failed");
  tell(host.id, 5000, 4900, "partial");
  EXPECT_THAT(runs(host.id), testing::ElementsAre(Succeeded, Failed, Partial));
  EXPECT_THAT(row(host.id).runs, testing::ElementsAre(Succeeded, Failed, Partial));
  for (std::int64_t i = 10; i < 30; ++i) tell(host.id, i * 1000, i * 1000 - 100, "ok");
  EXPECT_EQ(runs(host.id), std::vector<core::JobState>(14, Succeeded));
}

}  // namespace
}  // namespace holdfast::store
