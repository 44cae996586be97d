#include "fleet/repositories/repository_checks.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

struct RepositoryChecksTest : testing::Test {
  RepositoryChecksTest() : host(world.ready_host()) {
    const auto detail = world.run(world.hosts.detail(host)).value();
    repository = detail.repositories.front().id;
  }
  void connect() {
    world.connect(host, link);
    world.checks.greeted(host, true);
  }
  core::Result<RepositoryCheck> start(bool initialise = false) {
    return world.run(world.checks.start(repository, host, initialise, world.admin));
  }
  std::string refusal() {
    const auto started = start();
    return started ? "" : started.error().code;
  }

  World world;
  RecordingLink link;
  core::HostId host;
  core::RepositoryId repository;
};

TEST_F(RepositoryChecksTest, AskTheAgentAndKeepItsAnswer) {
  connect();
  const auto check = start(true).value();
  const auto sent = link.all<protocol::RepositoryCheck>();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].check, check.id);
  EXPECT_EQ(sent[0].access.password, "repository-secret");
  EXPECT_TRUE(sent[0].initialise);
  EXPECT_EQ(refusal(), "check_running");
  world.checks.record(host, {check.id, {{core::CheckStep::Reached, core::StepState::Passed, {}}}, "0.14.0"});
  const auto newest = world.checks.newest(repository).value();
  EXPECT_TRUE(newest.finished_at);
  EXPECT_EQ(newest.steps.size(), 1u);
  EXPECT_EQ(refusal(), "");
}

TEST_F(RepositoryChecksTest, TakeNoAnswerOfAnotherHost) {
  connect();
  const auto check = start().value();
  world.checks.record(world.enrol("web-02").host, {check.id, {}, ""});
  EXPECT_FALSE(world.checks.newest(repository)->finished_at);
}

TEST_F(RepositoryChecksTest, AreOfARepositoryThatIsThere) {
  const core::RepositoryId nobody("01ARZ3NDEKTSV4RRFFQ69G5FAV");
  EXPECT_EQ(world.run(world.checks.start(nobody, host, false, world.admin)).error().code, "no_such_repository");
}

TEST_F(RepositoryChecksTest, NeedAConnectedAgentThatKnowsOfThem) {
  EXPECT_EQ(refusal(), "host_not_connected");
  world.connect(host, link);
  EXPECT_EQ(refusal(), "agent_too_old");
}

TEST_F(RepositoryChecksTest, TellThePasswordOnlyToHostsThatUseTheRepository) {
  connect();
  ASSERT_TRUE(world.run(world.repositories.unlink(host, repository, world.admin)));
  EXPECT_EQ(refusal(), "host_not_linked");
  EXPECT_TRUE(link.all<protocol::RepositoryCheck>().empty());
}

TEST_F(RepositoryChecksTest, TellThePasswordToNoAgentWhoseTokenHasEnded) {
  connect();
  const auto forget = [&](store::Transaction& tx) { store::remove_credentials(tx, host); };
  world.run(world.database.write(forget));
  EXPECT_EQ(refusal(), "host_not_connected");
  EXPECT_TRUE(link.all<protocol::RepositoryCheck>().empty());
}

TEST_F(RepositoryChecksTest, AreLostWithTheirConnection) {
  connect();
  start().value();
  world.agents.closed(host, link);
  EXPECT_TRUE(world.checks.newest(repository)->lost);
  connect();
  EXPECT_FALSE(world.checks.newest(repository)->lost) << "the agent answers on its next connection";
  world.clock.advance(std::chrono::hours(1));
  EXPECT_TRUE(world.checks.newest(repository)->lost);
  EXPECT_EQ(refusal(), "");
}

}  // namespace
}  // namespace holdfast::fleet
