#include "probes/smart.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "probes/kernel_text.hpp"
#include "probes/sample_clock.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// As smartctl 7.3 prints them, shortened.
constexpr const char* kPassed = R"({"json_format_version":[1,0],"smartctl":{"version":[7,3],"exit_status":0},
  "device":{"name":"/dev/sda","type":"sat","protocol":"ATA"},"smart_status":{"passed":true}})";
constexpr const char* kFailing = R"({"smartctl":{"exit_status":24},"smart_status":{"passed":false}})";
constexpr const char* kAsleep = R"json({"smartctl":{"version":[7,3],"exit_status":2,"messages":[
  {"string":"Device is in STANDBY mode, exit(2)","severity":"information"}]},"device":{"name":"/dev/sda"}})json";
constexpr const char* kNotAllowed = R"({"smartctl":{"exit_status":2,"messages":[
  {"string":"Smartctl open device: /dev/sda failed: Permission denied","severity":"error"}]}})";

TEST(Smart, TellsAHealthyDiskFromAFailingOne) {
  EXPECT_EQ(parse_smart(kPassed, 0), "passed");
  EXPECT_EQ(parse_smart(kFailing, 24), "failing");
  EXPECT_EQ(parse_smart(R"({"smart_status":{"passed":true}})", 8), "failing");
}

TEST(Smart, ExitStatusIsAMaskOfWhichMostIsNoFailure) {
  EXPECT_EQ(parse_smart(kPassed, 16), "prefail");
  EXPECT_EQ(parse_smart(kPassed, 4 | 32 | 64 | 128), "passed");
}

TEST(Smart, IsUnknownWhereTheDiskDidNotSay) {
  for (const char* text : {kAsleep, kNotAllowed, "", "[]", "null", "{\"smart_status\":true}", "smartctl 6.6 2017-11-05",
                           "{\"smart_status\":{\"passed\":\"yes\"}}"}) {
    EXPECT_EQ(parse_smart(text, 2), "") << text;
  }
}

// A smartctl that says of each disk what the file of its name holds, and notes whom it was asked for.
class SmartWatchTest : public testing::Test {
 protected:
  SmartWatchTest() {
    const fs::path program = folder_ / "smartctl";
    std::ofstream(program) << "#!/bin/sh\nfor last; do :; done\necho \"$*\" >> " << (folder_ / "asked").string()
                           << "\ncat \"" << folder_.operator/("").string() << "$(basename \"$last\")\"\nexit 4\n";
    fs::permissions(program, fs::perms::owner_all);
    options_.program = program.string();
  }
  void say(const std::string& disk, std::string_view json) { std::ofstream(folder_ / disk) << json; }
  std::string status_after_refresh(std::vector<std::string> disks) {
    if (!watch_) watch_ = std::make_unique<SmartWatch>(loop_, clock_, options_);
    test::run(loop_, [&] { return watch_->refresh(disks); });
    return watch_->status_of(disks);
  }
  std::string asked() { return read_or_empty(folder_ / "asked"); }

  test::TemporaryDirectory folder_;
  runtime::Loop loop_;
  test::SampleClock clock_;
  SmartWatch::Options options_;
  std::unique_ptr<SmartWatch> watch_;
};

TEST_F(SmartWatchTest, AsksWithoutWakingTheDisk) {
  say("sda", kPassed);
  EXPECT_EQ(status_after_refresh({"sda"}), "passed");
  EXPECT_EQ(asked(), "-j -H -n standby /dev/sda\n");
}

TEST_F(SmartWatchTest, GivesTheWorstOfSeveralDisks) {
  say("sda", kPassed);
  say("sdb", kFailing);
  say("sdc", kAsleep);
  EXPECT_EQ(status_after_refresh({"sda", "sdb", "sdc"}), "failing");
  EXPECT_EQ(watch_->status_of({"sda", "sdc"}), "passed");
  EXPECT_EQ(watch_->status_of({"sdc"}), "");
  EXPECT_EQ(watch_->status_of({}), "");
}

TEST_F(SmartWatchTest, AsksSeldom) {
  say("sda", kPassed);
  status_after_refresh({"sda"});
  say("sda", kFailing);
  clock_.advance(options_.interval - 1ms);
  EXPECT_EQ(status_after_refresh({"sda"}), "passed");
  clock_.advance(1ms);
  EXPECT_EQ(status_after_refresh({"sda"}), "failing");
}

TEST_F(SmartWatchTest, RemembersWhatADiskSaidBeforeItFellAsleep) {
  say("sda", kFailing);
  status_after_refresh({"sda"});
  say("sda", kAsleep);
  clock_.advance(options_.interval);
  EXPECT_EQ(status_after_refresh({"sda"}), "failing");
}

TEST_F(SmartWatchTest, KnowsNothingWithoutTheProgram) {
  options_.program = (folder_ / "absent").string();
  EXPECT_EQ(status_after_refresh({"sda"}), "");
}

TEST_F(SmartWatchTest, DoesNotWaitForADiskThatHangs) {
  const fs::path program = folder_ / "hangs";
  std::ofstream(program) << "#!/bin/sh\nexec sleep 1000\n";
  fs::permissions(program, fs::perms::owner_all);
  options_.program = program.string();
  options_.time_limit = 1ms;
  EXPECT_EQ(status_after_refresh({"sda"}), "");
}

}  // namespace
}  // namespace holdfast::agent
