#include <gmock/gmock.h>

#include "hosts/fleet_fixture.hpp"

namespace holdfast::store {
namespace {

using core::HostState;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

class FleetFilter : public FleetTest {
 protected:
  void tag(const core::HostId& host, const std::vector<std::string>& tags) {
    write([&](Transaction& transaction) { set_host_tags(transaction, host, tags); });
  }
  void set_facts(const core::HostId& host, const core::HostFacts& facts) {
    write([&](Transaction& transaction) { set_host_facts(transaction, host, facts); });
  }
  void link(const core::HostId& host, const std::string& name) {
    const core::Repository repository = make_repository(name);
    write([&](Transaction& transaction) {
      add_repository(transaction, repository);
      link_repository(transaction, host, repository.id, at(6));
    });
  }
};

TEST_F(FleetFilter, WithoutTermsLetsAllThrough) {
  add("b");
  add("a");
  EXPECT_THAT(names(""), ElementsAre("a", "b"));
}

TEST_F(FleetFilter, FindsWordsInNameAddressAndTags) {
  const core::Host web = add("Web-1");
  const core::Host db = add("db-1");
  set_facts(web.id, {"alpha.example", "Debian", "x86_64", "", "", "", "10.0.0.1"});
  set_facts(db.id, {"beta.example", "Debian", "x86_64", "", "", "", "10.0.0.22"});
  tag(db.id, {"Prod"});
  EXPECT_THAT(names("WEB"), ElementsAre("Web-1"));
  EXPECT_THAT(names("0.22"), ElementsAre("db-1"));
  EXPECT_THAT(names("alpha"), ElementsAre("Web-1"));
  EXPECT_THAT(names("prod"), ElementsAre("db-1"));
  EXPECT_THAT(names("-1"), IsEmpty());
  EXPECT_THAT(names("\"-1\""), ElementsAre("db-1", "Web-1"));
  EXPECT_THAT(names("10.0 beta"), ElementsAre("db-1"));
  EXPECT_THAT(names("-prod"), ElementsAre("Web-1"));
  EXPECT_THAT(names("nowhere"), IsEmpty());
}

TEST_F(FleetFilter, TakesEverySignInAValueForItself) {
  const std::vector<std::string> hostile{"100% sure",  "under_score", "O'Brien",
                                         "say \"hi\"", "a\\b",        "x; DROP TABLE hosts"};
  for (const std::string& name : hostile) add(name);
  EXPECT_THAT(names("\"%\""), ElementsAre("100% sure"));
  EXPECT_THAT(names("\"_\""), ElementsAre("under_score"));
  EXPECT_THAT(names("\"'\""), ElementsAre("O'Brien"));
  EXPECT_THAT(names("\"\\\"\""), ElementsAre("say \"hi\""));
  EXPECT_THAT(names("\"\\\\\""), ElementsAre("a\\b"));
  EXPECT_THAT(names("\"x; drop\""), ElementsAre("x; DROP TABLE hosts"));
  for (const char* key : {"tag", "customer", "os", "repository"}) {
    EXPECT_THAT(names(std::string(key) + ":\"' OR 1=1 --\""), IsEmpty()) << key;
    EXPECT_EQ(names("-" + std::string(key) + ":\"%' OR '1'='1\"").size(), hostile.size()) << key;
  }
  EXPECT_EQ(names("").size(), hostile.size());
}

TEST_F(FleetFilter, TellsStates) {
  for (const auto state : {HostState::Ok, HostState::Waiting, HostState::Paused, HostState::Warning, HostState::Down}) {
    add(std::string(core::to_text(state)), state);
  }
  EXPECT_THAT(names("status:warn,down"), ElementsAre("down", "warning"));
  EXPECT_THAT(names("status:paused"), ElementsAre("paused"));
  EXPECT_THAT(names("-status:ok,waiting,paused"), ElementsAre("down", "warning"));
}

TEST_F(FleetFilter, TellsTags) {
  tag(add("a").id, {"prod", "eu"});
  tag(add("b").id, {"production"});
  add("c");
  EXPECT_THAT(names("tag:prod"), ElementsAre("a"));
  EXPECT_THAT(names("tag:eu,PRODUCTION"), ElementsAre("a", "b"));
  EXPECT_THAT(names("-tag:prod"), ElementsAre("b", "c"));
}

TEST_F(FleetFilter, TellsCustomersBySlugAndName) {
  const core::Customer acme = add_customer_named("acme");
  add_host_of(acme.id, "a");
  add("b");
  EXPECT_THAT(names("customer:acme"), ElementsAre("a"));
  EXPECT_THAT(names("site:\"customer ACME\""), ElementsAre("a"));
  EXPECT_THAT(names("customer:acm"), IsEmpty());
  EXPECT_THAT(names("customer:acme,default"), ElementsAre("a", "b"));
  EXPECT_THAT(names("-customer:acme"), ElementsAre("b"));
}

TEST_F(FleetFilter, TellsSystemAndKind) {
  core::Host reporter = make_host("reporter");
  reporter.enrolled = false;
  reporter.facts.os = "Alpine";
  write([&](Transaction& transaction) { add_host(transaction, reporter); });
  add("agent");
  EXPECT_THAT(names("os:debian"), ElementsAre("agent"));
  EXPECT_THAT(names("os:alp,deb"), ElementsAre("agent", "reporter"));
  EXPECT_THAT(names("kind:report"), ElementsAre("reporter"));
  EXPECT_THAT(names("kind:agent"), ElementsAre("agent"));
}

TEST_F(FleetFilter, ComparesVersionsOfAgentAndController) {
  set_facts(add("agent").id, {"", "", "", "", "1.4.9", "", ""});
  const core::Host reporter = add("reporter");
  set_facts(reporter.id, {});
  report(reporter.id, kNow, [](core::ReportState& state) { state.controller_version = "1.4.10"; });
  set_facts(add("unknown").id, {});
  EXPECT_THAT(names("agent:<1.4.10"), ElementsAre("agent"));
  EXPECT_THAT(names("agent:<=1.4.10"), ElementsAre("agent", "reporter"));
  EXPECT_THAT(names("agent:>1.4.9"), ElementsAre("reporter"));
  EXPECT_THAT(names("agent:>=1.4.9"), ElementsAre("agent", "reporter"));
  EXPECT_THAT(names("agent:1.4.9"), ElementsAre("agent"));
  EXPECT_THAT(names("-agent:>1.4.9"), ElementsAre("agent", "unknown"));
}

TEST_F(FleetFilter, ComparesTheAgeOfTheLastBackup) {
  report_backup(add("day").id, ago(hours(24)));
  report_backup(add("hour").id, ago(hours(1)));
  add("never");
  EXPECT_THAT(names("backup:>1h"), ElementsAre("day", "never"));
  EXPECT_THAT(names("backup:>=1h"), ElementsAre("day", "hour", "never"));
  EXPECT_THAT(names("backup:<24h"), ElementsAre("hour"));
  EXPECT_THAT(names("backup:<=24h"), ElementsAre("day", "hour"));
  EXPECT_THAT(names("backup:none"), ElementsAre("never"));
  EXPECT_THAT(names("-backup:none"), ElementsAre("day", "hour"));
  EXPECT_THAT(names("backup:>36500d"), ElementsAre("never"));
}

TEST_F(FleetFilter, ComparesWhenAHostWasSeenByReportOrConnection) {
  report(add("reporter").id, ago(hours(2)), [](core::ReportState&) {});
  const core::Host agent = add("agent");
  write([&](Transaction& transaction) { set_host_seen(transaction, agent.id, ago(hours(1))); });
  add("never");
  EXPECT_THAT(names("seen:>90m"), ElementsAre("never", "reporter"));
  EXPECT_THAT(names("seen:<90m"), ElementsAre("agent"));
  EXPECT_THAT(names("seen:never"), ElementsAre("never"));
}

TEST_F(FleetFilter, ComparesFiguresAndKnowsThatMissingIsNotZero) {
  core::ReportFigures figures;
  figures.disk_percent = 90;
  figures.cpu_percent = 5.5;
  figures.memory_percent = 50;
  report_figures(add("full").id, figures);
  figures.disk_percent = 10;
  figures.cpu_percent.reset();
  report_figures(add("empty").id, figures);
  add("silent");
  EXPECT_THAT(names("disk:>=90"), ElementsAre("full"));
  EXPECT_THAT(names("disk:>90"), IsEmpty());
  EXPECT_THAT(names("disk<90"), ElementsAre("empty"));
  EXPECT_THAT(names("cpu<100"), ElementsAre("full"));
  EXPECT_THAT(names("-cpu<100"), ElementsAre("empty", "silent"));
  EXPECT_THAT(names("mem:<=50"), ElementsAre("empty", "full"));
}

TEST_F(FleetFilter, TellsRepositories) {
  link(add("a").id, "B2-prod");
  link(add("b").id, "local");
  add("c");
  EXPECT_THAT(names("repo:b2"), ElementsAre("a"));
  EXPECT_THAT(names("repo:none"), ElementsAre("c"));
  EXPECT_THAT(names("repo:b2,none"), ElementsAre("a", "c"));
  EXPECT_THAT(names("-repo:b2"), ElementsAre("b", "c"));
}

TEST_F(FleetFilter, TellsUnfinishedJobs) {
  const core::Job queued = add_job_on(add_ground("queued"), 1);
  const core::Job running = add_job_on(add_ground("running"), 2);
  const core::Job done = add_job_on(add_ground("done"), 3);
  write([&](Transaction& transaction) {
    set_job_started(transaction, running.id, at(9));
    set_job_finished(transaction, done.id, {core::JobState::Failed, {}, {}, {}, ""}, at(9));
  });
  EXPECT_THAT(names("job:queued"), ElementsAre("queued"));
  EXPECT_THAT(names("job:queued,running"), ElementsAre("queued", "running"));
  EXPECT_THAT(names("job:none"), ElementsAre("done"));
}

TEST_F(FleetFilter, TakesAsManyTermsAsThereMayBe) {
  tag(add("web1").id, {"prod"});
  std::string filter;
  for (int i = 0; i < 20; ++i) filter += i % 2 == 0 ? "web " : "-tag:lab,dev ";
  EXPECT_THAT(names(filter), ElementsAre("web1"));
  EXPECT_EQ(read([&](View& view) { return count_fleet(view, query(filter), kNow); }).ok, 1u);
}

}  // namespace
}  // namespace holdfast::store
