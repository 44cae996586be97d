#include "probes/container_engines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "probes/fake_engine.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
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
  }
  Report look(Depth depth) {
    Report report;
    test::run(loop_, [&]() -> runtime::Task<> {
      const ContainerEngines engines(loop_, options_);
      report = co_await engines.look(depth);
      co_await docker_.stop();
    });
    return report;
  }

  test::TemporaryDirectory folder_;
  runtime::Loop loop_;
  test::FakeEngine docker_{loop_, folder_ / "docker.sock"};
  ContainerEngines::Options options_;
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

TEST_F(ContainerEnginesTest, AreUnknownWhenTheyRefuse) {
  docker_.answers.erase(kList);
  EXPECT_EQ(look(Depth::Full), std::nullopt);
}

TEST_F(ContainerEnginesTest, AreUnknownWhenTheyDoNotAnswer) {
  docker_.hangs = kList;
  options_.time_limit = 5ms;
  EXPECT_EQ(look(Depth::Full), std::nullopt);
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

TEST_F(ContainerEnginesTest, WithTwoNamesAreAskedOnce) {
  fs::create_symlink("docker.sock", folder_ / "podman.sock");
  std::ofstream(folder_ / "no_socket.sock") << "";
  EXPECT_THAT(find_sockets({folder_ / "podman.sock", folder_ / "docker.sock", folder_ / "no_socket.sock",
                            folder_ / "absent.sock"}),
              ElementsAre(fs::canonical(folder_ / "docker.sock")));
  test::run(loop_, [this] { return docker_.stop(); });
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

}  // namespace
}  // namespace holdfast::agent
