#include "kit/live/live_fragments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kit/web_fixture.hpp"

namespace holdfast::web {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct LiveFragmentsTest : testing::Test {
  template <class T>
  T run(Task<T> task) {
    return runtime::run_to_end(world.loop, std::move(task));
  }
  core::HostId enrol(std::string name) {
    const auto token = run(world.enrolment.make_token(std::nullopt, admin)).value();
    return run(world.enrolment.enrol(token.token, {name, name, "Debian", "x86_64", "1.0"}, "192.0.2.1")).value().host;
  }
  // A backup that waits for its host.
  core::Job queue_backup(const core::HostId& host) {
    run(world.hosts.add_source_group(host, "Files", {{"/srv"}, {}, {}}, admin)).value();
    const auto repository =
        run(world.repositories.add({"repository", {"/var/backups/repo", "repository-secret", "", ""}}, admin)).value();
    EXPECT_TRUE(run(world.repositories.link(host, repository, admin)));
    return run(world.jobs.start(host, {}, admin)).value();
  }
  LiveFragments page(const std::vector<core::HostId>& rows, std::string view = "/?sort=name") {
    http::Request request;
    for (const auto& row : rows) request.query["rows"] += (request.query["rows"].empty() ? "" : ".") + row.text();
    request.query["view"] = std::move(view);
    return {parts, request};
  }
  // As the stream asks for it once something has changed.
  static Feed changed(Region region, const std::vector<core::HostId>& hosts) {
    Feed feed{region, "", {}};
    feed.whole = false;
    for (const auto& host : hosts) feed.changed.insert(host.text());
    return feed;
  }

  WebFixture world;
  fleet::Actor admin{"admin", ""};
  PulseCounter pulse{world.clock, world.live, world.hosts, world.enrolment, world.jobs, world.agents};
  RowContexts row_contexts{world.clock, world.watch, world.jobs, "1.0"};
  LiveFragments::Parts parts{.clock = world.clock,
                             .pulse = pulse,
                             .row_contexts = row_contexts,
                             .hosts = world.hosts,
                             .summary = world.summary,
                             .watch = world.watch,
                             .reports = world.stored_reports,
                             .histories = world.histories,
                             .jobs = world.jobs,
                             .agents = world.agents,
                             .enrolment = world.enrolment,
                             .repositories = world.repositories,
                             .checks = world.checks};
};

TEST_F(LiveFragmentsTest, AreOfTheRowsThatThePageShowsAndThatChanged) {
  const auto shown = enrol("web-01");
  const auto other = enrol("web-02");
  auto fragments = page({shown});
  EXPECT_THAT(run(fragments.render({Region::Rows, "", {}})),
              AllOf(HasSubstr("host-" + shown.text()), Not(HasSubstr(other.text()))));
  EXPECT_THAT(run(fragments.render(changed(Region::Rows, {other}))), IsEmpty());
  EXPECT_THAT(run(fragments.render(changed(Region::Rows, {other, shown}))), HasSubstr("host-" + shown.text()));
}

TEST_F(LiveFragmentsTest, TellThatTheOrderIsAnotherAndTakeItBackOnce) {
  const auto a = enrol("a");
  const auto b = enrol("b");
  EXPECT_THAT(run(page({a, b}).render({Region::Order, "", {}})), IsEmpty());
  auto fragments = page({b, a});
  EXPECT_THAT(run(fragments.render({Region::Order, "", {}})), HasSubstr("Order changed for"));
  ASSERT_TRUE(run(world.hosts.rename(a, "z", admin)));
  const auto taken_back = run(fragments.render({Region::Order, "", {}}));
  EXPECT_THAT(taken_back, AllOf(HasSubstr("fleet-changed"), Not(HasSubstr("Order changed"))));
  EXPECT_THAT(run(fragments.render({Region::Order, "", {}})), IsEmpty());
}

TEST_F(LiveFragmentsTest, KnowThatTheFiguresOfTheBandAreOfBeforeAChange) {
  auto fragments = page({});
  run(fragments.render({Region::Band, "", {}}));
  EXPECT_FALSE(fragments.is_outdated({Region::Band, "", {}}));
  enrol("web-01");
  EXPECT_TRUE(fragments.is_outdated({Region::Band, "", {}}));
  EXPECT_FALSE(fragments.is_outdated({Region::Rows, "", {}})) << "they are read each time";
  run(fragments.render({Region::Band, "", {}}));
  EXPECT_FALSE(fragments.is_outdated({Region::Band, "", {}}));
}

TEST_F(LiveFragmentsTest, OfAFilterThatCannotBeReadAreNothing) {
  EXPECT_THAT(run(page({enrol("a")}, "/?q=status:nonsense").render({Region::Order, "", {}})), IsEmpty());
}

TEST_F(LiveFragmentsTest, DrawOnlyTheCellsThatChanged) {
  const auto one = enrol("web-01");
  const auto other = enrol("web-02");
  EXPECT_THAT(run(page({}, "/?layout=grid").render(changed(Region::Cells, {one}))),
              AllOf(HasSubstr("#c" + one.text()), Not(HasSubstr(other.text()))));
}

TEST_F(LiveFragmentsTest, SayOnceThatAGridIsNoLongerAsItWasDrawn) {
  enrol("web-01");
  auto fragments = page({}, "/?layout=grid");
  EXPECT_THAT(run(fragments.render({Region::Cells, "", {}})), HasSubstr("Some hosts have changed"));
  EXPECT_THAT(run(fragments.render({Region::Cells, "", {}})), IsEmpty());
  enrol("web-02");
  EXPECT_THAT(run(fragments.render({Region::Cells, "", {}})), HasSubstr("Some hosts have changed"));
}

TEST_F(LiveFragmentsTest, PutAJobThatEndedAmongTheFinishedOnesOnce) {
  const auto job = queue_backup(enrol("web-01"));
  auto fragments = page({});
  EXPECT_THAT(run(fragments.render({Region::Jobs, "", {}})),
              AllOf(HasSubstr("job-" + job.id.text()), Not(HasSubstr("jobs-finished"))));
  ASSERT_TRUE(run(world.jobs.cancel(job.id, admin)));
  EXPECT_THAT(run(fragments.render({Region::Jobs, "", {}})),
              AllOf(HasSubstr("#jobs-finished"), HasSubstr("job-" + job.id.text())));
  EXPECT_THAT(run(fragments.render({Region::Jobs, "", {}})), Not(HasSubstr(job.id.text())));
}

TEST_F(LiveFragmentsTest, OfAJobAreItsHeadProgressAndSide) {
  const auto job = queue_backup(enrol("web-01"));
  EXPECT_THAT(
      run(page({}).render({Region::Job, job.id.text(), {}})),
      AllOf(HasSubstr("#job-head"), HasSubstr("#job-progress"), HasSubstr("#job-side"), HasSubstr("Backup web-01")));
}

TEST_F(LiveFragmentsTest, OfWhatIsGoneAreNothing) {
  const std::string nobody = "01JD0000000000000000000001";
  for (const auto region : {Region::Host, Region::History, Region::Job, Region::Repository})
    EXPECT_THAT(run(page({}).render({region, nobody, {}})), IsEmpty());
  EXPECT_THAT(run(page({core::HostId(nobody)}).render({Region::Rows, "", {}})), IsEmpty());
}

TEST_F(LiveFragmentsTest, LeaveTheLinesOfALogToTheStreamWhichSendsThemOnce) {
  const auto job = queue_backup(enrol("web-01"));
  EXPECT_THAT(run(page({}).render({Region::Log, job.id.text(), {}})), IsEmpty());
}

}  // namespace
}  // namespace holdfast::web
