#include "probes/containers/containers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

using testing::IsEmpty;

// As Docker 28 answers, shortened.
constexpr std::string_view kContainers = R"json([
  {"Id":"8dfafdbc3a40","Names":["/web"],"Image":"nginx:1.27","Command":"nginx","Created":1763991600,"Ports":[],
   "State":"running","Status":"Up 3 hours (healthy)","HostConfig":{"NetworkMode":"bridge"}},
  {"Id":"9cd87474be90","Names":["/web/db","/db"],"Image":"postgres","State":"running","Status":"Up 3 hours (unhealthy)"},
  {"Id":"3176a2479c92","Names":["/cron"],"Image":"cron","State":"running","Status":"Up 2 seconds (health: starting)"},
  {"Id":"4cb07b47f9fb","Names":[],"Image":"busybox","State":"exited","Status":"Exited (1) 2 days ago"}])json";

TEST(Containers, AreReadFromTheList) {
  const auto containers = parse_containers(kContainers);
  ASSERT_TRUE(containers);
  ASSERT_EQ(containers->size(), 4u);
  core::ContainerReport web;
  web.name = "web";
  web.image = "nginx:1.27";
  web.state = "running";
  web.health = "healthy";
  EXPECT_EQ((*containers)[0], (Container{"8dfafdbc3a40", web, false}));
  EXPECT_EQ((*containers)[1].report.name, "db");
  EXPECT_EQ((*containers)[1].report.health, "unhealthy");
  EXPECT_EQ((*containers)[2].report.health, "starting");
  EXPECT_TRUE((*containers)[2].is_young);
  EXPECT_EQ((*containers)[3].report.exit_code, 1u);
  EXPECT_EQ((*containers)[3].report.name, "4cb07b47f9fb");
  EXPECT_EQ((*containers)[3].report.health, "");
}

TEST(Containers, OfNewEnginesHaveTheirHealthInAMember) {
  const auto containers = parse_containers(
      R"([{"Id":"a1","Names":["/x"],"State":"running","Status":"Up","Health":{"Status":"unhealthy","FailingStreak":3}},
          {"Id":"a2","Names":["/y"],"State":"running","Status":"Up","Health":{"Status":"none"}}])");
  ASSERT_TRUE(containers);
  EXPECT_EQ((*containers)[0].report.health, "unhealthy");
  EXPECT_EQ((*containers)[1].report.health, "");
}

std::string name_of(std::string_view names) {
  return (*parse_containers(R"([{"Id":"a1","Names":)" + std::string(names) + "}]"))[0].report.name;
}

TEST(Containers, AreCalledByTheirOwnName) {
  EXPECT_EQ(name_of(R"(["/bar/foo","/foo"])"), "foo");
  EXPECT_EQ(name_of(R"(["/a/b/foo",7,"/c/foo"])"), "a/b/foo");
  EXPECT_EQ(name_of(R"(["foo"])"), "foo");
  for (const char* none : {"[]", "[7]", "\"x\"", "null"}) EXPECT_EQ(name_of(none), "a1") << none;
}

TEST(Containers, HaveShortNames) {
  EXPECT_EQ(name_of("[\"/" + std::string(100'000, 'x') + "\"]"), std::string(255, 'x'));
}

bool young(std::string_view status) {
  return (*parse_containers(R"([{"Id":"a1","State":"running","Status":")" + std::string(status) + "\"}]"))[0].is_young;
}

TEST(Containers, AreYoungForAFewMinutes) {
  for (const char* text : {"Up Less than a second", "Up 1 second", "Up 59 seconds (healthy)", "Up About a minute",
                           "Up 3 minutes (unhealthy)"})
    EXPECT_TRUE(young(text)) << text;
  for (const char* text : {"", "Up", "Up 4 minutes", "Up About an hour", "Up 2 hours", "Up 3 days",
                           "Exited (1) 5 seconds ago", "Up 99999999999999999999 minutes"})
    EXPECT_FALSE(young(text)) << text;
}

std::optional<std::uint64_t> exit_code(std::string_view status) {
  return (*parse_containers(R"([{"Id":"a1","State":"exited","Status":")" + std::string(status) + "\"}]"))[0]
      .report.exit_code;
}

TEST(Containers, TellHowTheyEnded) {
  EXPECT_EQ(exit_code("Exited (0) 2 days ago"), 0u);
  EXPECT_EQ(exit_code("Exited (137) About a minute ago"), 137u);
  for (const char* text : {"", "Exited", "Exited (", "Exited ()", "Exited (-1) 1 day ago", "Up 3 hours (0)"}) {
    EXPECT_EQ(exit_code(text), std::nullopt) << text;
  }
}

TEST(Containers, WithAnIdThatFitsNoUrlAreLeftOut) {
  EXPECT_THAT(*parse_containers(R"([{"Id":"../../secrets"},{"Id":""},{"Id":7},{"Names":["/x"]},7,null,[]])"),
              IsEmpty());
}

TEST(Containers, AreUnknownInOtherTexts) {
  for (const char* text : {"", "{}", "{\"message\":\"client version 1.24 is too old\"}", "[", "null"}) {
    EXPECT_EQ(parse_containers(text), std::nullopt) << text;
  }
}

TEST(Containers, AreCountedByStateAndHealth) {
  const auto report = summarise(*parse_containers(kContainers));
  EXPECT_EQ(report.total, 4u);
  EXPECT_EQ(report.running, 3u);
  EXPECT_EQ(report.unhealthy, 1u);
  EXPECT_EQ(report.items.size(), 4u);
}

TEST(Containers, AreAllCountedButNotAllListed) {
  const auto report = summarise(std::vector<Container>(600));
  EXPECT_EQ(report.total, 600u);
  EXPECT_EQ(report.items.size(), 500u);
}

TEST(Containers, InTroubleAreListedFirst) {
  std::vector<Container> containers(600);
  containers[599].report.name = "db";
  containers[599].report.health = "unhealthy";
  EXPECT_EQ(summarise(containers).items.front().name, "db");
}

TEST(Inspection, TellsHowOftenAContainerWasRestarted) {
  EXPECT_EQ(parse_inspection(R"({"Id":"8d","RestartCount":7,"State":{"Status":"restarting"}})").restarts, 7u);
  EXPECT_EQ(parse_inspection("").restarts, std::nullopt);
  EXPECT_EQ(parse_inspection(R"({"RestartCount":-1})").restarts, std::nullopt);
}

TEST(Inspection, TellsOfHealthWhereverTheEngineKeepsIt) {
  EXPECT_EQ(parse_inspection(R"({"State":{"Health":{"Status":"unhealthy","FailingStreak":9}}})").health, "unhealthy");
  EXPECT_EQ(parse_inspection(R"({"State":{"Healthcheck":{"Status":"healthy"}}})").health, "healthy");
  EXPECT_EQ(parse_inspection(R"({"State":{"Health":{"Status":"none"},"Healthcheck":{"Status":""}}})").health, "");
  EXPECT_EQ(parse_inspection(R"({"State":{"Health":"unhealthy"}})").health, "");
}

TEST(Statistics, TellHowBusyAContainerIs) {
  const auto statistics = parse_statistics(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":2500},"system_cpu_usage":20000,"online_cpus":4},
          "precpu_stats":{"cpu_usage":{"total_usage":500},"system_cpu_usage":12000},
          "memory_stats":{"usage":5000,"limit":9000,"stats":{"inactive_file":1500}}})");
  EXPECT_EQ(statistics.cpu_percent, 100.0);
  EXPECT_EQ(statistics.memory_bytes, 3500u);
}

TEST(Statistics, OfTheFirstVersionOfControlGroupsNameTheCacheDifferently) {
  const auto statistics =
      parse_statistics(R"({"memory_stats":{"usage":5000,"stats":{"total_inactive_file":6000,"cache":1}}})");
  EXPECT_EQ(statistics.memory_bytes, 0u);
  EXPECT_EQ(statistics.cpu_percent, std::nullopt);
}

TEST(Statistics, TellNothingOfAContainerThatStoppedMeanwhile) {
  for (const char* text :
       {"", "null", R"({"cpu_stats":{"cpu_usage":{"total_usage":0}},"precpu_stats":{},"memory_stats":{}})",
        R"({"cpu_stats":{"cpu_usage":{"total_usage":5},"system_cpu_usage":9,"online_cpus":2},
            "precpu_stats":{"cpu_usage":{"total_usage":5},"system_cpu_usage":9}})"}) {
    EXPECT_EQ(parse_statistics(text).cpu_percent, std::nullopt) << text;
    EXPECT_EQ(parse_statistics(text).memory_bytes, std::nullopt) << text;
  }
}

// As Docker answers when it is to look once.
TEST(Statistics, OfOneLookTellWhatWasUsedUpToNow) {
  const auto statistics = parse_statistics(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":2500},"system_cpu_usage":20000,"online_cpus":4},
          "precpu_stats":{"cpu_usage":{"total_usage":0},"system_cpu_usage":0}})");
  EXPECT_EQ(statistics.cpu_nanoseconds, 2500u);
  EXPECT_EQ(statistics.cpu_percent, std::nullopt);
}

TEST(Statistics, NeverExceedTheProcessorsThatThereAre) {
  const auto statistics = parse_statistics(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":900},"system_cpu_usage":200,"online_cpus":2},
          "precpu_stats":{"cpu_usage":{"total_usage":0},"system_cpu_usage":100}})");
  EXPECT_EQ(statistics.cpu_percent, 200.0);
}

}  // namespace
}  // namespace holdfast::agent
