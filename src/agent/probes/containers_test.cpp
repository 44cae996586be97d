#include "probes/containers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

using testing::IsEmpty;

// As Docker 28 answers, shortened.
constexpr std::string_view kList = R"json([
  {"Id":"8dfafdbc3a40","Names":["/web"],"Image":"nginx:1.27","Command":"nginx","Created":1763991600,"Ports":[],
   "State":"running","Status":"Up 3 hours (healthy)","HostConfig":{"NetworkMode":"bridge"}},
  {"Id":"9cd87474be90","Names":["/db","/web/db"],"Image":"postgres","State":"running","Status":"Up 3 hours (unhealthy)"},
  {"Id":"3176a2479c92","Names":["/cron"],"Image":"cron","State":"running","Status":"Up 2 seconds (health: starting)"},
  {"Id":"4cb07b47f9fb","Names":[],"Image":"busybox","State":"exited","Status":"Exited (1) 2 days ago"}])json";

TEST(Containers, AreReadFromTheList) {
  const auto containers = parse_containers(kList);
  ASSERT_TRUE(containers);
  ASSERT_EQ(containers->size(), 4u);
  core::ContainerReport web;
  web.name = "web";
  web.image = "nginx:1.27";
  web.state = "running";
  web.health = "healthy";
  EXPECT_EQ((*containers)[0], (Container{"8dfafdbc3a40", web}));
  EXPECT_EQ((*containers)[1].report.health, "unhealthy");
  EXPECT_EQ((*containers)[2].report.health, "starting");
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
  const auto report = summarise(*parse_containers(kList));
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

TEST(Inspection, TellsHowOftenAContainerWasRestarted) {
  core::ContainerReport container;
  add_inspection(container, R"({"Id":"8d","RestartCount":7,"State":{"Status":"restarting"}})");
  EXPECT_EQ(container.restarts, 7u);
  add_inspection(container, "");
  EXPECT_EQ(container.restarts, std::nullopt);
  add_inspection(container, R"({"RestartCount":-1})");
  EXPECT_EQ(container.restarts, std::nullopt);
}

core::ContainerReport with_statistics(std::string_view json) {
  core::ContainerReport container;
  add_statistics(container, json);
  return container;
}

TEST(Statistics, TellHowBusyAContainerIs) {
  const auto container = with_statistics(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":2500},"system_cpu_usage":20000,"online_cpus":4},
          "precpu_stats":{"cpu_usage":{"total_usage":500},"system_cpu_usage":12000},
          "memory_stats":{"usage":5000,"limit":9000,"stats":{"inactive_file":1500}}})");
  EXPECT_EQ(container.cpu_percent, 100.0);
  EXPECT_EQ(container.memory_bytes, 3500u);
}

TEST(Statistics, OfTheFirstVersionOfControlGroupsNameTheCacheDifferently) {
  const auto container =
      with_statistics(R"({"memory_stats":{"usage":5000,"stats":{"total_inactive_file":6000,"cache":1}}})");
  EXPECT_EQ(container.memory_bytes, 0u);
  EXPECT_EQ(container.cpu_percent, std::nullopt);
}

TEST(Statistics, TellNothingOfAContainerThatStoppedMeanwhile) {
  for (const char* text :
       {"", "null", R"({"cpu_stats":{"cpu_usage":{"total_usage":0}},"precpu_stats":{},"memory_stats":{}})",
        R"({"cpu_stats":{"cpu_usage":{"total_usage":5},"system_cpu_usage":9,"online_cpus":2},
            "precpu_stats":{"cpu_usage":{"total_usage":5},"system_cpu_usage":9}})"}) {
    EXPECT_EQ(with_statistics(text), core::ContainerReport()) << text;
  }
}

TEST(Statistics, NeverExceedTheProcessorsThatThereAre) {
  const auto container = with_statistics(
      R"({"cpu_stats":{"cpu_usage":{"total_usage":900},"system_cpu_usage":200,"online_cpus":2},
          "precpu_stats":{"cpu_usage":{"total_usage":0},"system_cpu_usage":100}})");
  EXPECT_EQ(container.cpu_percent, 200.0);
}

}  // namespace
}  // namespace holdfast::agent
