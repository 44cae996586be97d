#include "probes/system/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using namespace std::chrono_literals;
using Units = std::optional<std::vector<std::string>>;

TEST(FailedUnits, AreReadFromJson) {
  EXPECT_THAT(
      parse_failed_units(
          R"([{"unit":"backup.service","load":"loaded","active":"failed","sub":"failed","description":"Back up"},
                      {"unit":"mnt-nas.mount","load":"loaded","active":"failed","sub":"failed","description":"\/mnt\/nas"},
                      {"unit":"odd.service","active":"active"},{"active":"failed"},7])"),
      Optional(ElementsAre("backup.service", "mnt-nas.mount")));
  EXPECT_THAT(parse_failed_units("[]\n"), Optional(IsEmpty()));
}

TEST(FailedUnits, AreReadFromTheTableOfOldVersions) {
  EXPECT_THAT(parse_failed_units(
                  "backup.service loaded failed failed Back up\n\nmnt-nas.mount   loaded failed failed /mnt/nas\n"),
              Optional(ElementsAre("backup.service", "mnt-nas.mount")));
  EXPECT_THAT(parse_failed_units(""), Optional(IsEmpty()));
}

TEST(FailedUnits, AreUnknownInOtherTexts) {
  for (const char* text :
       {"[", "{}", "System has not been booted with systemd", "[1", "backup.service loaded active"}) {
    EXPECT_EQ(parse_failed_units(text), std::nullopt) << text;
  }
}

class FailedUnitsTest : public testing::Test {
 protected:
  Units find(const std::string& program) {
    runtime::Errands errands(loop_);
    Units units;
    test::run(loop_,
              [&]() -> runtime::Task<> { units = co_await find_failed_units(errands, host_.paths(), program, 1h); });
    return units;
  }
  std::string program(std::string_view script) {
    host_.put("systemctl", script);
    std::filesystem::permissions(host_ / "systemctl", std::filesystem::perms::owner_all);
    return (host_ / "systemctl").string();
  }

  test::SampleHost host_;
  runtime::Loop loop_;
};

TEST_F(FailedUnitsTest, AreUnknownWithoutSystemd) {
  EXPECT_EQ(find(program("#!/bin/sh\necho '[]'\n")), std::nullopt);
}

TEST_F(FailedUnitsTest, AreAskedForWhereSystemdRuns) {
  host_.put("run/systemd/system/unit", "");
  EXPECT_THAT(
      find(program("#!/bin/sh\n[ \"$2\" = --failed ] && echo '[{\"unit\":\"a.service\",\"active\":\"failed\"}]'\n")),
      Optional(ElementsAre("a.service")));
}

TEST_F(FailedUnitsTest, AreUnknownWhenTheQuestionFails) {
  host_.put("run/systemd/system/unit", "");
  EXPECT_EQ(find(program("#!/bin/sh\necho '[]'\nexit 1\n")), std::nullopt);
  EXPECT_EQ(find((host_ / "absent").string()), std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
