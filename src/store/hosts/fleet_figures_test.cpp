#include "store/hosts/fleet_figures.hpp"

#include <gmock/gmock.h>

#include "reports/sample_rows.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/pings.hpp"
#include "text/ulid.hpp"

namespace holdfast::store {
namespace {

using core::HostState;
using core::JobState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FleetFigures : public SampleTest {
 protected:
  core::HostId add_judged(const std::string& name, HostState state, std::vector<core::Finding> findings) {
    const auto host = add_host_named(name).id;
    write([&](Transaction& transaction) { set_status(transaction, host, {state, std::move(findings), at(10), {}}); });
    return host;
  }
  core::HostId add_protected(const std::string& name, std::optional<core::Time> at, bool needs_backup = true) {
    const auto host = add_host_named(name).id;
    core::JudgedStatus status;
    status.protected_at = at;
    status.unprotected = needs_backup && !at;
    status.limits = core::JudgedBy{std::chrono::seconds(300), {}, 85, 97};
    write([&](Transaction& transaction) {
      set_status(transaction, host, status);
      set_needs_backup(transaction, host, needs_backup);
    });
    return host;
  }
  void report(const core::HostId& host, std::int64_t seconds) {
    core::ReportState state;
    state.host = host;
    state.at = state.received_at = at(seconds);
    write([&](Transaction& transaction) { set_report_state(transaction, state); });
  }
  void tag(const core::HostId& host, const std::vector<std::string>& tags) {
    write([&](Transaction& transaction) { set_host_tags(transaction, host, tags); });
  }
  void add_finished(const Ground& ground, core::Time finished, JobState state) {
    core::Job job = make_job(ground, 1);
    job.id = core::JobId(text::make_ulid(finished, entropy()));
    job.state = state;
    job.finished_at = finished;
    write([&](Transaction& transaction) { add_job(transaction, job); });
  }
  std::array<std::byte, 10> entropy() {
    std::array<std::byte, 10> bytes{};
    bytes[9] = static_cast<std::byte>(++made_);
    return bytes;
  }
  int made_ = 0;
};

TEST_F(FleetFigures, CountsHostsByTheirCause) {
  add_judged("a", HostState::Down, {core::finding::Silence()});
  add_judged("b", HostState::Down, {core::finding::NeverReported()});
  add_judged("c", HostState::Warning, {core::finding::DiskFull(), core::finding::NoToken()});
  add_judged("d", HostState::Ok, {});
  add_judged("e", HostState::Paused, {core::finding::Paused()});
  EXPECT_THAT(read(count_causes),
              UnorderedElementsAre(core::CauseCount{HostState::Down, core::StatusCause::Silence, 2},
                                   core::CauseCount{HostState::Warning, core::StatusCause::Disk, 1}));
}

TEST_F(FleetFigures, CountsWhoIsProtectedOfAllThatNeedBackups) {
  report(add_protected("fresh", at(900)), 1000);
  report(add_protected("old", at(800)), 100);
  report(add_protected("never", {}), 1000);
  add_protected("needs none", {}, false);
  add_host_named("never judged");
  const auto counts = read([&](View& view) { return count_protection(view, at(1000), at(1100)); });
  EXPECT_EQ(counts.expected, 4U);
  EXPECT_EQ(counts.within, 1U);
  EXPECT_EQ(counts.unprotected, 1U);
  EXPECT_EQ(counts.agents, 5U);
  EXPECT_EQ(counts.reported, 2U);
  EXPECT_EQ(counts.customers, 1U);
}

TEST_F(FleetFigures, TakeAHostThatOnlyPingsByItsPings) {
  core::Host host = make_host("pings");
  host.enrolled = false;
  write([&](Transaction& transaction) {
    add_host(transaction, host);
    set_ping(transaction, host.id, core::Ping{.at = at(1000), .detail = {}});
  });
  const auto count = [&] { return read([&](View& view) { return count_protection(view, at(1000), at(1100)); }); };
  EXPECT_EQ(count().reported, 1U);
  EXPECT_EQ(count().expected + count().within + count().unprotected, 0U);
  report(host.id, 900);
  EXPECT_EQ(count().reported, 0U) << "from then on its reports are waited for";
  EXPECT_EQ(count().expected, 1U);
}

TEST_F(FleetFigures, OfAnEmptyFleetIsAllZero) {
  const auto counts = read([&](View& view) { return count_protection(view, at(0), at(0)); });
  EXPECT_EQ(counts.expected + counts.within + counts.reported + counts.customers, 0U);
  EXPECT_THAT(read(count_causes), IsEmpty());
}

TEST_F(FleetFigures, NamesTheTagsThatMostHostsHave) {
  tag(add_host_named("a").id, {"prod", "db"});
  tag(add_host_named("b").id, {"prod", "web"});
  tag(add_host_named("c").id, {"lab"});
  EXPECT_THAT(read([](View& view) { return list_frequent_tags(view, 2); }),
              ElementsAre(core::TagCount{"prod", 2}, core::TagCount{"db", 1}));
}

TEST_F(FleetFigures, CountsTheRunsOfEachHour) {
  const auto ground = add_ground("web1");
  const auto from = core::Time(std::chrono::hours(500'000));
  add_finished(ground, from - std::chrono::minutes(1), JobState::Failed);
  add_finished(ground, from + std::chrono::minutes(1), JobState::Succeeded);
  add_finished(ground, from + std::chrono::minutes(59), JobState::Succeeded);
  add_finished(ground, from + std::chrono::minutes(61), JobState::Failed);
  EXPECT_THAT(read([&](View& view) { return count_runs(view, from); }),
              ElementsAre(core::RunHour{0, JobState::Succeeded, 2}, core::RunHour{1, JobState::Failed, 1}));
}

}  // namespace
}  // namespace holdfast::store
