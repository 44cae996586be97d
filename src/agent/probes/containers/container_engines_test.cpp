#include "probes/containers/container_engines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "probes/containers/fake_engine.hpp"
#include "probes/sample_clock.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Report = std::optional<core::ContainersReport>;

constexpr const char* kList = "/containers/json?all=true";
constexpr const char* kTwo = R"json([{"Id":"a1","Names":["/web"],"State":"running","Status":"Up 1 hour (unhealthy)"},
                                     {"Id":"b2","Names":["/old"],"State":"exited","Status":"Exited (0)"}])json";
constexpr const char* kStatistics = R"({"memory_stats":{"usage":4096}})";

class ContainerEnginesTest : public testing::Test {
 protected:
  ContainerEnginesTest() {
    docker_.answers[kList] = kTwo;
    docker_.answers["/containers/a1/json"] = R"({"RestartCount":3})";
    docker_.answers["/containers/a1/stats?stream=false"] = kStatistics;
    options_.sockets = {folder_ / "docker.sock"};
    options_.paths = {folder_ / "proc", folder_ / "sys", folder_ / "dev", folder_ / "run", folder_ / "etc"};
  }
  ~ContainerEnginesTest() override {
    test::run(loop_, [this] { return docker_.stop(); });
  }
  EnginesAnswer answer(Depth depth) {
    if (!engines_) engines_ = std::make_unique<ContainerEngines>(loop_, clock_, options_);
    EnginesAnswer answer;
    test::run(loop_, [&]() -> runtime::Task<> { answer = co_await engines_->look(depth); });
    return answer;
  }
  std::string socket() const { return fs::canonical(folder_ / "docker.sock").string(); }
  Report look(Depth depth) { return answer(depth).containers; }
  // At the first container's next look, a minute later.
  core::ContainerReport next(std::string_view state, std::string_view status, int restarts) {
    docker_.answers[kList] = R"([{"Id":"a1","Names":["/web"],"State":")" + std::string(state) + R"(","Status":")" +
                             std::string(status) + "\"}]";
    docker_.answers["/containers/a1/json"] = R"({"RestartCount":)" + std::to_string(restarts) + "}";
    clock_.advance(1min);
    return look(Depth::Health)->items.at(0);
  }

  test::TemporaryDirectory folder_;
  test::SampleClock clock_;
  runtime::Loop loop_;
  test::FakeEngine docker_{loop_, folder_ / "docker.sock"};
  ContainerEngines::Options options_;
  std::unique_ptr<ContainerEngines> engines_;
};

TEST_F(ContainerEnginesTest, TellWhatRunsAndHowItIs) {
  const Report report = look(Depth::Full);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->total, 2u);
  EXPECT_EQ(report->unhealthy, 1u);
  EXPECT_EQ(report->items[0].restarts, 3u);
  EXPECT_EQ(report->items[0].memory_bytes, 4096u);
  EXPECT_EQ(report->items[1].restarts, std::nullopt);
  EXPECT_EQ(report->items[1].memory_bytes, std::nullopt);
}

TEST_F(ContainerEnginesTest, AreNotAskedForStatisticsWhenOnlyHealthMatters) {
  look(Depth::Health);
  EXPECT_THAT(docker_.asked, ElementsAre(kList, "/containers/a1/json"));
}

TEST_F(ContainerEnginesTest, AreUnknownWhereNoneIs) {
  options_.sockets = {folder_ / "podman.sock"};
  EXPECT_EQ(look(Depth::Full), std::nullopt);
}

TEST_F(ContainerEnginesTest, AreUnknownWhenTheyRefuseAndThatIsSaid) {
  docker_.answers.erase(kList);
  const EnginesAnswer refused = answer(Depth::Full);
  EXPECT_EQ(refused.containers, std::nullopt);
  EXPECT_THAT(refused.troubles, ElementsAre("The container engine at " + socket() + " does not list its containers"));
}

TEST_F(ContainerEnginesTest, AreUnknownWhenTheyDoNotAnswerAndThatIsSaid) {
  docker_.hangs = kList;
  options_.time_limit = 5ms;
  const EnginesAnswer silent = answer(Depth::Full);
  EXPECT_EQ(silent.containers, std::nullopt);
  EXPECT_THAT(silent.troubles, ElementsAre("The container engine at " + socket() + " does not answer"));
}

TEST_F(ContainerEnginesTest, WhoseListHasNoEndAreUnknownAndThatIsSaid) {
  docker_.answers[kList] = "[" + std::string(17 * 1024 * 1024, ' ') + "]";
  EXPECT_THAT(answer(Depth::Health).troubles,
              ElementsAre("The container engine at " + socket() + " does not list its containers"));
}

TEST_F(ContainerEnginesTest, ThatDoNotRunAreNoTrouble) {
  {
    test::FakeEngine stopped(loop_, folder_ / "podman.sock");
    test::run(loop_, [&] { return stopped.stop(); });
  }
  options_.sockets = {folder_ / "podman.sock"};
  const EnginesAnswer none = answer(Depth::Health);
  EXPECT_EQ(none.containers, std::nullopt);
  EXPECT_THAT(none.troubles, IsEmpty());
}

TEST_F(ContainerEnginesTest, LeaveOutTheDetailsTheyDoNotTell) {
  docker_.hangs = "/containers/a1/stats?stream=false";
  options_.time_limit = 1s;
  const Report report = look(Depth::Full);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->items[0].memory_bytes, std::nullopt);
}

TEST_F(ContainerEnginesTest, ThatLeaveNoTimeForDetailsTellTheRest) {
  options_.details_limit = 0ms;
  const Report report = look(Depth::Full);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->total, 2u);
  EXPECT_THAT(docker_.asked, ElementsAre(kList));
}

TEST_F(ContainerEnginesTest, OfTwoKindsAreCountedTogether) {
  test::FakeEngine podman(loop_, folder_ / "podman.sock");
  podman.answers[kList] = R"([{"Id":"c3","Names":["cache"],"State":"running","Status":"Up"}])";
  options_.sockets.push_back(folder_ / "podman.sock");
  const Report report = look(Depth::Health);
  test::run(loop_, [&] { return podman.stop(); });
  ASSERT_TRUE(report);
  EXPECT_EQ(report->total, 3u);
  EXPECT_EQ(report->running, 2u);
}

TEST_F(ContainerEnginesTest, OfUsersAreAskedToo) {
  fs::create_directories(folder_ / "run/user/1000/podman");
  fs::create_directories(folder_ / "etc");
  std::ofstream(folder_ / "etc/passwd") << "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n";
  test::FakeEngine podman(loop_, folder_ / "run/user/1000/podman/podman.sock");
  podman.answers[kList] = R"([{"Id":"c3","Names":["cache"],"State":"running","Status":"Up 2 hours"}])";
  const Report report = look(Depth::Health);
  test::run(loop_, [&] { return podman.stop(); });
  ASSERT_EQ(report->items.size(), 3u);
  EXPECT_EQ(core::full_name(report->items[2]), "alice/cache");
  EXPECT_EQ(report->items[0].user, "");
}

TEST_F(ContainerEnginesTest, ThatHangDoNotKeepTheOthersWaiting) {
  test::FakeEngine podman(loop_, folder_ / "podman.sock");
  podman.hangs = kList;
  options_.sockets.push_back(folder_ / "podman.sock");
  options_.time_limit = 1s;
  const EnginesAnswer both = answer(Depth::Health);
  test::run(loop_, [&] { return podman.stop(); });
  EXPECT_EQ(both.containers->total, 2u);
  EXPECT_EQ(both.troubles.size(), 1u);
}

// As Podman 4.3 answers.
constexpr const char* kQuietList = R"([{"Id":"a1","Names":["web"],"State":"running","Status":"Up 4 hours"},
                                       {"Id":"b2","Names":["job"],"State":"running","Status":"Up 4 hours"}])";

TEST_F(ContainerEnginesTest, WhoseListDoesNotTellOfHealthAreAskedForEachContainer) {
  docker_.answers[kList] = kQuietList;
  docker_.answers["/containers/a1/json"] = R"({"State":{"Health":{"Status":"unhealthy","FailingStreak":9}}})";
  docker_.answers["/containers/b2/json"] = R"({"State":{"Health":null}})";
  const Report report = look(Depth::Health);
  EXPECT_EQ(report->unhealthy, 1u);
  EXPECT_EQ(report->items[0].health, "unhealthy");
  EXPECT_EQ(report->items[1].health, "");
}

TEST_F(ContainerEnginesTest, AreSeldomAskedForTheHealthOfContainersWithoutACheck) {
  docker_.answers[kList] = kQuietList;
  docker_.answers["/containers/a1/json"] = R"({"State":{"Health":{"Status":"healthy"}}})";
  docker_.answers["/containers/b2/json"] = R"({"State":{}})";
  look(Depth::Health);
  docker_.asked.clear();
  clock_.advance(1min);
  EXPECT_EQ(look(Depth::Health)->items[0].health, "healthy");
  EXPECT_THAT(docker_.asked, ElementsAre(kList, "/containers/a1/json"));
  docker_.asked.clear();
  clock_.advance(1h);
  look(Depth::Health);
  EXPECT_THAT(docker_.asked, Contains("/containers/b2/json"));
}

TEST_F(ContainerEnginesTest, ThatTellOfHealthAreNotAskedForEachContainer) {
  docker_.answers[kList] = R"json([{"Id":"a1","State":"running","Status":"Up 1 hour (healthy)"},
                                   {"Id":"b2","State":"running","Status":"Up 1 hour"}])json";
  look(Depth::Health);
  EXPECT_THAT(docker_.asked, ElementsAre(kList));
}

TEST_F(ContainerEnginesTest, TakeAContainerThatEndsAgainAndAgainForRestartingAllTheTime) {
  EXPECT_EQ(next("running", "Up 3 hours", 0).state, "running");
  EXPECT_EQ(next("restarting", "Restarting (1) 5 seconds ago", 4).state, "restarting");
  EXPECT_EQ(next("running", "Up 4 seconds", 4).state, "restarting");
  EXPECT_EQ(next("running", "Up Less than a second", 5).state, "restarting");
  for (int minute = 0; minute < 9; ++minute) EXPECT_EQ(next("running", "Up 5 minutes", 5).state, "restarting");
  EXPECT_EQ(next("running", "Up 10 minutes", 5).state, "running");
}

TEST_F(ContainerEnginesTest, CountTheRestartsOfAContainerThatAlwaysRunsWhenItIsLookedAt) {
  EXPECT_EQ(next("running", "Up 20 seconds", 1).state, "running");
  EXPECT_EQ(next("running", "Up 20 seconds", 2).state, "running");
  const core::ContainerReport again = next("running", "Up 20 seconds", 3);
  EXPECT_EQ(again.state, "restarting");
  EXPECT_EQ(again.restarts, 3u);
}

TEST_F(ContainerEnginesTest, ForgiveASingleRestart) {
  next("running", "Up 3 hours", 0);
  EXPECT_EQ(next("running", "Up 20 seconds", 1).state, "running");
  for (int minute = 0; minute < 12; ++minute) EXPECT_EQ(next("running", "Up 5 minutes", 1).state, "running");
}

TEST_F(ContainerEnginesTest, AreAskedForStatisticsThatNeedNoWaiting) {
  const std::string once = "/containers/a1/stats?stream=false&one-shot=true";
  docker_.answers["/containers/a1/stats?stream=false"] = R"({"cpu_stats":{"cpu_usage":{"total_usage":1000000000}}})";
  docker_.answers[once] = R"({"cpu_stats":{"cpu_usage":{"total_usage":91000000000}}})";
  EXPECT_EQ(look(Depth::Full)->items[0].cpu_percent, std::nullopt);
  clock_.advance(1min);
  EXPECT_EQ(look(Depth::Full)->items[0].cpu_percent, 150.0);
  docker_.answers[once] = R"({"cpu_stats":{"cpu_usage":{"total_usage":5}}})";
  clock_.advance(1min);
  EXPECT_EQ(look(Depth::Full)->items[0].cpu_percent, std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
