#include "store/fleet_figures.hpp"

#include <gmock/gmock.h>

#include "sample_rows.hpp"
#include "store/fleet_list.hpp"

namespace holdfast::store {
namespace {

using core::HostState;
using core::JobState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FleetFigures : public SampleTest {
 protected:
  core::HostId add_judged(const std::string& name, HostState state, const std::string& reason) {
    const auto host = add_host_named(name).id;
    write([&](Transaction& transaction) { set_status(transaction, host, {state, reason, at(10), {}}); });
    return host;
  }
  void report(const core::HostId& host, std::int64_t seconds, std::optional<core::Time> backup_at) {
    ReportState state;
    state.host = host;
    state.at = state.received_at = at(seconds);
    state.figures.backup_at = backup_at;
    write([&](Transaction& transaction) { set_report_state(transaction, state); });
  }
  void tag(const core::HostId& host, const std::vector<std::string>& tags) {
    write([&](Transaction& transaction) { set_host_tags(transaction, host, tags); });
  }
  void add_finished(const Ground& ground, core::Time finished, JobState state) {
    Job job = make_job(ground, 1);
    job.id = core::JobId(core::make_ulid(finished, entropy()));
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

TEST_F(FleetFigures, CountsHostsByTheBeginningOfTheirReason) {
  add_judged("a", HostState::Down, "No report since 2026-11-20T07:28:00Z");
  add_judged("b", HostState::Down, "No report since 2026-11-20T08:28:00Z");
  add_judged("c", HostState::Warning, "Disk /srv is 93% full");
  add_judged("d", HostState::Ok, "");
  add_judged("e", HostState::Paused, "Paused");
  EXPECT_THAT(read(count_reasons), UnorderedElementsAre(ReasonCount{HostState::Down, "No report since 2026-11-", 2},
                                                        ReasonCount{HostState::Warning, "Disk /srv is 93% full", 1}));
}

TEST_F(FleetFigures, CountsWhoIsProtectedAndWhoReported) {
  const auto fresh = add_judged("fresh", HostState::Ok, "");
  report(fresh, 1000, at(900));
  const auto old = add_judged("old", HostState::Warning, "Last good backup is past its limit of 26 h");
  report(old, 100, at(50));
  const auto paused = add_judged("paused", HostState::Paused, "Paused");
  report(paused, 1000, at(50));
  const auto counts = read([&](View& view) { return count_protection(view, at(800), at(1000), at(1100)); });
  EXPECT_EQ(counts.expected, 2U);
  EXPECT_EQ(counts.within, 1U);
  EXPECT_EQ(counts.reported, 2U);
  EXPECT_EQ(counts.customers, 1U);
}

TEST_F(FleetFigures, OfAnEmptyFleetIsAllZero) {
  const auto counts = read([&](View& view) { return count_protection(view, at(0), at(0), at(0)); });
  EXPECT_EQ(counts.expected + counts.within + counts.reported + counts.customers, 0U);
  EXPECT_THAT(read(count_reasons), IsEmpty());
}

TEST_F(FleetFigures, NamesTheTagsThatMostHostsHave) {
  tag(add_host_named("a").id, {"prod", "db"});
  tag(add_host_named("b").id, {"prod", "web"});
  tag(add_host_named("c").id, {"lab"});
  EXPECT_THAT(read([](View& view) { return list_frequent_tags(view, 2); }),
              ElementsAre(TagCount{"prod", 2}, TagCount{"db", 1}));
}

TEST_F(FleetFigures, CountsTheRunsOfEachHour) {
  const auto ground = add_ground("web1");
  const auto from = core::Time(std::chrono::hours(500'000));
  add_finished(ground, from - std::chrono::minutes(1), JobState::Failed);
  add_finished(ground, from + std::chrono::minutes(1), JobState::Succeeded);
  add_finished(ground, from + std::chrono::minutes(59), JobState::Succeeded);
  add_finished(ground, from + std::chrono::minutes(61), JobState::Failed);
  EXPECT_THAT(read([&](View& view) { return count_runs(view, from); }),
              ElementsAre(RunHour{0, JobState::Succeeded, 2}, RunHour{1, JobState::Failed, 1}));
}

}  // namespace
}  // namespace holdfast::store
