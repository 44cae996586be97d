#include "store/hosts/fleet_list.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "hosts/fleet_fixture.hpp"

namespace holdfast::store {
namespace {

using core::HostState;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr core::FleetSort kSorts[] = {core::FleetSort::Worst, core::FleetSort::Name,    core::FleetSort::Backup,
                                      core::FleetSort::Cpu,   core::FleetSort::Memory,  core::FleetSort::Disk,
                                      core::FleetSort::Seen,  core::FleetSort::Customer};

class FleetList : public FleetTest {
 protected:
  std::vector<std::string> sorted(core::FleetSort sort, bool reversed = false) {
    return names(query("", sort, reversed));
  }

  std::vector<std::string> names_by_page(core::FleetQuery query) {
    std::vector<std::string> names;
    for (std::vector<core::FleetRow> page = rows(query); !page.empty() && names.size() < 1000; page = rows(query)) {
      EXPECT_LE(page.size(), query.limit);
      for (const core::FleetRow& row : page) names.push_back(row.host.name);
      query.after = page.back().cursor;
    }
    return names;
  }
  std::string fault_of(const core::FleetQuery& query) {
    const auto rows = read([&](View& view) { return list_fleet(view, query, kNow); });
    return rows ? "" : rows.error().code;
  }
};

TEST_F(FleetList, IsWorstFirstThenOldestBackupThenName) {
  report_backup(add("ok").id, ago(hours(900)));
  report_backup(add("late-fresh", HostState::Down).id, ago(hours(1)));
  report_backup(add("late-old", HostState::Down).id, ago(hours(100)));
  add("b", HostState::Warning);
  add("A", HostState::Warning);
  add("paused", HostState::Paused);
  add_host_named("waiting");
  EXPECT_THAT(sorted(core::FleetSort::Worst),
              ElementsAre("late-old", "late-fresh", "A", "b", "paused", "waiting", "ok"));
  EXPECT_THAT(sorted(core::FleetSort::Worst, true),
              ElementsAre("ok", "waiting", "paused", "b", "A", "late-fresh", "late-old"));
}

TEST_F(FleetList, IsSortedByNameWithoutRegardToCase) {
  for (const char* name : {"b", "C", "a"}) add(name);
  EXPECT_THAT(sorted(core::FleetSort::Name), ElementsAre("a", "b", "C"));
  EXPECT_THAT(sorted(core::FleetSort::Name, true), ElementsAre("C", "b", "a"));
}

TEST_F(FleetList, FollowsANewName) {
  const core::Host host = add("a");
  add("b");
  write([&](Transaction& transaction) { rename_host(transaction, host.id, "z"); });
  EXPECT_THAT(sorted(core::FleetSort::Name), ElementsAre("b", "z"));
}

TEST_F(FleetList, HasWhatIsUnknownLastBothWays) {
  core::ReportFigures figures;
  for (const auto& [name, percent] : {std::pair("low", 5.5), std::pair("high", 95.0), std::pair("zero", 0.0)}) {
    figures.cpu_percent = figures.memory_percent = figures.disk_percent = percent;
    report_figures(add(name).id, figures);
  }
  add("unknown");
  for (const auto sort : {core::FleetSort::Cpu, core::FleetSort::Memory, core::FleetSort::Disk}) {
    EXPECT_THAT(sorted(sort), ElementsAre("high", "low", "zero", "unknown"));
    EXPECT_THAT(sorted(sort, true), ElementsAre("zero", "low", "high", "unknown"));
  }
}

TEST_F(FleetList, HasWhatNeverHappenedBeforeWhatWasLongAgo) {
  report_backup(add("old").id, ago(hours(100)));
  report_backup(add("fresh").id, ago(hours(1)));
  add("never");
  EXPECT_THAT(sorted(core::FleetSort::Backup), ElementsAre("never", "old", "fresh"));
  EXPECT_THAT(sorted(core::FleetSort::Backup, true), ElementsAre("fresh", "old", "never"));
  EXPECT_THAT(sorted(core::FleetSort::Seen).front(), "never");
}

TEST_F(FleetList, GroupsByCustomer) {
  const core::Customer zoo = add_customer_named("zoo");
  const core::Customer acme = add_customer_named("Acme");
  set_state(add_host_of(zoo.id, "a").id, HostState::Ok);
  set_state(add_host_of(acme.id, "b").id, HostState::Ok);
  set_state(add_host_of(acme.id, "c").id, HostState::Down);
  EXPECT_THAT(sorted(core::FleetSort::Customer), ElementsAre("c", "b", "a"));
  EXPECT_THAT(sorted(core::FleetSort::Customer, true), ElementsAre("a", "b", "c"));
}

TEST_F(FleetList, IsOfOneCustomerWhenAsked) {
  const core::Customer acme = add_customer_named("acme");
  add_host_of(acme.id, "a");
  add("b");
  core::FleetQuery only = query("");
  only.customer = acme.id;
  EXPECT_THAT(names(only), ElementsAre("a"));
  EXPECT_EQ(read([&](View& view) { return count_fleet(view, only, kNow); }).total(), 1u);
  only.customer = make_id<core::CustomerId>(1);
  EXPECT_THAT(names(only), IsEmpty());
}

TEST_F(FleetList, RefusesCursorsOfOtherListsAndNonsense) {
  add("a");
  core::FleetQuery by_name = query("");
  const std::string cursor = rows(by_name).at(0).cursor;
  core::FleetQuery by_backup = query("", core::FleetSort::Backup);
  core::FleetQuery backwards = query("", core::FleetSort::Name, true);
  for (core::FleetQuery* other : {&by_backup, &backwards}) {
    other->after = cursor;
    EXPECT_EQ(fault_of(*other), "invalid_cursor");
  }
  for (const std::string& text : {std::string("x"), std::string("WyJuYW1lIl0"), std::string("bnVsbA"), "'" + cursor,
                                  std::string("WyJuYW1lIixudWxsLDFd"), std::string(100'000, 'A')}) {
    by_name.after = text;
    EXPECT_EQ(fault_of(by_name), "invalid_cursor") << text.substr(0, 50);
  }
}

struct AnyHost {
  std::string name;
  int state = 0;
  int customer = 0;
  std::optional<double> figure;
  int backup = 0;
};

AnyHost any_host() {
  AnyHost host;
  host.name =
      std::string(1, *rc::gen::elementOf(std::string("abAB_'%"))) + *rc::gen::element<std::string>("", "1", "é");
  host.state = *rc::gen::inRange(0, 5);
  host.customer = *rc::gen::inRange(0, 2);
  if (*rc::gen::arbitrary<bool>()) host.figure = *rc::gen::inRange(0, 4) * 33.3;
  host.backup = *rc::gen::inRange(0, 3);
  return host;
}

class AnyFleet : public FleetList {
 protected:
  void make(const std::vector<AnyHost>& hosts) {
    const std::array customers{customer(), other_.empty() ? (other_ = add_customer_named("other").id) : other_};
    write([&](Transaction& transaction) {
      execute(transaction, "DELETE FROM hosts");
      for (const AnyHost& any : hosts) add(transaction, any, customers[static_cast<std::size_t>(any.customer)]);
    });
  }

 private:
  void add(Transaction& transaction, const AnyHost& any, const core::CustomerId& owner) {
    core::Host host = make_host(any.name);
    host.customer = owner;
    add_host(transaction, host);
    set_status(transaction, host.id, {static_cast<HostState>(any.state), {}, at(1), {}});
    core::ReportState state;
    state.host = host.id;
    state.at = ago(hours(any.backup));
    state.figures.cpu_percent = state.figures.memory_percent = state.figures.disk_percent = any.figure;
    if (any.backup > 0) state.figures.backup_at = ago(hours(any.backup));
    set_report_state(transaction, state);
  }

  core::CustomerId other_;
};

TEST_F(AnyFleet, IsTheSameByPagesInEveryOrder) {
  const auto property = [&] {
    std::vector<AnyHost> hosts(*rc::gen::inRange<std::size_t>(0, 12));
    for (AnyHost& host : hosts) host = any_host();
    make(hosts);
    const core::FleetSort sort =
        *rc::gen::elementOf(std::vector<core::FleetSort>(std::begin(kSorts), std::end(kSorts)));
    core::FleetQuery all =
        query(*rc::gen::element<std::string>("", "-status:ok", "a"), sort, *rc::gen::arbitrary<bool>());
    const auto matches = read([&](View& view) { return find_matches(view, all, kNow); });
    if (*rc::gen::arbitrary<bool>()) all.among = matches.few;  // decides how, not what
    core::FleetQuery paged = all;
    paged.limit = *rc::gen::inRange<std::size_t>(1, 4);
    const std::vector<std::string> whole = names(all);
    RC_ASSERT(names_by_page(paged) == whole);
    const auto ids = read([&](View& view) { return list_fleet_ids(view, paged, kNow); });
    const auto of_ids = read([&](View& view) { return list_fleet_rows(view, ids, kNow); });
    RC_ASSERT(std::ranges::equal(of_ids, whole, {}, [](const core::FleetRow& row) { return row.host.name; }));
    RC_ASSERT(matches.counts == read([&](View& view) { return count_fleet(view, all, kNow); }));
    RC_ASSERT(matches.counts.total() == whole.size());
  };
  EXPECT_TRUE(rc::check("pages are the list", property));
}

TEST_F(AnyFleet, IsSortedAsTheOrderSays) {
  const auto property = [&] {
    std::vector<AnyHost> hosts(*rc::gen::inRange<std::size_t>(0, 12));
    for (AnyHost& host : hosts) host = any_host();
    make(hosts);
    const std::vector<core::FleetRow> worst = rows(query("", core::FleetSort::Worst));
    for (std::size_t i = 1; i < worst.size(); ++i) RC_ASSERT(worst[i - 1].status.state >= worst[i].status.state);
    const std::vector<core::FleetRow> disk = rows(query("", core::FleetSort::Disk));
    for (std::size_t i = 1; i < disk.size(); ++i) {
      RC_ASSERT(disk[i - 1].report->figures.disk_percent.value_or(-1) >=
                disk[i].report->figures.disk_percent.value_or(-1));
    }
  };
  EXPECT_TRUE(rc::check("what comes first is worse", property));
}

TEST_F(FleetList, RowsHoldAllThatAPageShows) {
  const Ground ground = add_ground("web1");
  for (int i = 1; i <= 20; ++i) {
    const core::Job job = add_job_on(ground, i);
    const auto state = i == 20 ? core::JobState::Failed : core::JobState::Succeeded;
    if (i < 19 || i == 20) {
      write([&](Transaction& transaction) { set_job_finished(transaction, job.id, make_result(state), at(100 + i)); });
    } else {
      write([&](Transaction& transaction) { set_job_started(transaction, job.id, at(100)); });
    }
  }
  write([&](Transaction& transaction) {
    set_host_tags(transaction, ground.host, {"prod", "eu"});
    set_status(transaction, ground.host, {HostState::Down, {core::finding::NeverReported()}, at(7), at(9)});
    core::RollUp hour;
    hour.start = std::chrono::floor<hours>(kNow) - hours(3);
    hour.cpu_mean = 12.5;
    put_roll_up(transaction, core::RollUpSpan::Hour, ground.host, hour);
  });
  report(ground.host, at(50), [](core::ReportState& state) { state.controller_version = "1.4.2"; });
  const core::FleetRow found = rows(query("")).at(0);
  EXPECT_EQ(found.host.id, ground.host);
  EXPECT_EQ(found.customer_slug, "default");
  EXPECT_EQ(found.customer_name, "Default");
  EXPECT_EQ(found.status, (core::JudgedStatus{HostState::Down, {core::finding::NeverReported()}, at(7), at(9)}));
  EXPECT_EQ(found.pause, std::nullopt);
  EXPECT_THAT(found.tags, ElementsAre("eu", "prod"));
  EXPECT_EQ(found.report->controller_version, "1.4.2");
  ASSERT_EQ(found.runs.size(), 14u);
  EXPECT_EQ(found.runs[13], core::JobState::Failed);
  EXPECT_EQ(found.runs[12], core::JobState::Running);
  EXPECT_EQ(found.runs[0], core::JobState::Succeeded);
  EXPECT_EQ(found.last_success_at, at(118));
  EXPECT_TRUE(found.current_job);
  EXPECT_THAT(found.repositories, ElementsAre("of web1"));
  ASSERT_EQ(found.cpu.size(), 24u);
  EXPECT_EQ(found.cpu[20], 12.5);
  EXPECT_TRUE(std::isnan(found.cpu[23]));
}

TEST_F(FleetList, NamesTheRunningJobOrElseTheOldestQueuedOne) {
  const Ground ground = add_ground("web1");
  EXPECT_EQ(row(ground.host).current_job, std::nullopt);
  const core::Job first = add_job_on(ground, 1);
  const core::Job second = add_job_on(ground, 2);
  EXPECT_EQ(row(ground.host).current_job, first.id);
  write([&](Transaction& transaction) { set_job_started(transaction, second.id, at(9)); });
  EXPECT_EQ(row(ground.host).current_job, second.id);
}

TEST_F(FleetList, ShowsAPauseOfTheHostOrItsCustomerWhileItIsInEffect) {
  const core::Host host = add("web1");
  const core::Pause ended{kNow, "ended", "anna", at(1)};
  const core::Pause going_on{kNow + core::milliseconds(1), "goes on", "anna", at(1)};
  const core::Pause endless{std::nullopt, "endless", "bob", at(2)};
  const auto pause_host = [&](const std::optional<core::Pause>& pause) {
    write([&](Transaction& transaction) { set_host_pause(transaction, host.id, pause); });
  };
  const auto pause_customer = [&](const std::optional<core::Pause>& pause) {
    write([&](Transaction& transaction) { set_customer_pause(transaction, customer(), pause); });
  };
  pause_host(ended);
  EXPECT_EQ(row(host.id).pause, std::nullopt);
  pause_customer(endless);
  EXPECT_EQ(row(host.id).pause, endless);
  pause_host(going_on);
  EXPECT_EQ(row(host.id).pause, going_on);
}

TEST_F(FleetList, KeepsApartWhatRowsHaveSeveralOf) {
  const Ground a = add_ground("a");
  add_job_on(a, 1);
  const Ground b = add_ground("b");
  const core::Job done = add_job_on(b, 2);
  const core::Host c = add("c");
  core::ReportFigures figures;
  figures.backup_run_at = ago(hours(1));
  figures.backup_status = "failed";
  write([&](Transaction& transaction) {
    set_job_finished(transaction, done.id, make_result(core::JobState::Failed), at(9));
    set_host_tags(transaction, a.host, {"x", "y"});
    set_host_tags(transaction, c.id, {"z"});
    core::RollUp hour;
    hour.start = std::chrono::floor<hours>(kNow);
    hour.cpu_mean = 7;
    put_roll_up(transaction, core::RollUpSpan::Hour, b.host, hour);
  });
  for (const core::HostId& host : {b.host, c.id}) report_figures(host, figures);
  const std::vector<core::FleetRow> found = rows(query(""));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(found[0].runs, ElementsAre(core::JobState::Queued));
  EXPECT_THAT(found[1].runs, ElementsAre(core::JobState::Failed)) << "of jobs, not of reports";
  EXPECT_THAT(found[2].runs, ElementsAre(core::JobState::Failed)) << "of reports";
  EXPECT_THAT(found[0].tags, ElementsAre("x", "y"));
  EXPECT_THAT(found[1].tags, IsEmpty());
  EXPECT_THAT(found[2].tags, ElementsAre("z"));
  EXPECT_THAT(found[1].repositories, ElementsAre("of b"));
  EXPECT_THAT(found[2].repositories, IsEmpty());
  EXPECT_EQ(found[1].cpu[23], 7);
  EXPECT_TRUE(std::isnan(found[2].cpu[23]));
}

TEST_F(FleetList, TakesAsManyStatementsForOneRowAsForFifty) {
  const core::Customer acme = add_customer_named("acme");
  for (int i = 0; i < 25; ++i) {
    add_ground("a" + std::to_string(i));
    add_host_of(acme.id, "b" + std::to_string(i));
  }
  const auto statements_of = [&](std::size_t limit) {
    core::FleetQuery page = query("");
    page.limit = limit;
    return read([&](View& view) {
      const std::uint64_t before = statements_run(view);
      EXPECT_EQ(list_fleet(view, page, kNow)->size(), limit);
      return statements_run(view) - before;
    });
  };
  EXPECT_EQ(statements_of(1), 2u);
  EXPECT_EQ(statements_of(50), 2u);
}

TEST_F(FleetList, GivesRowsOfGivenHostsInTheirOrder) {
  const core::Host a = add("a");
  const core::Host b = add("b");
  const auto found =
      read([&](View& view) { return list_fleet_rows(view, {b.id, make_id<core::HostId>(1), a.id}, kNow); });
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].host.id, b.id);
  EXPECT_EQ(found[1].host.id, a.id);
}

}  // namespace
}  // namespace holdfast::store
