#include "probes/disks/smart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "probes/sample_clock.hpp"
#include "probes/system/kernel_text.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

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
  constexpr const char* kVolumeOfAController = R"({"smartctl":{"exit_status":4},"device":{"type":"scsi"}})";
  for (const char* text : {kVolumeOfAController, kNotAllowed, "", "[]", "null", "{\"smart_status\":true}",
                           "smartctl 6.6 2017-11-05", "{\"smart_status\":{\"passed\":\"yes\"}}"}) {
    EXPECT_EQ(parse_smart(text, 2), "unknown") << text;
  }
}

TEST(Smart, SaysNothingNewWhileTheDiskIsAsleep) {
  EXPECT_EQ(parse_smart(kAsleep, 2), "");
}

std::string of_nvme(int warnings) {
  const std::string json = R"({"smart_status":{"passed":false,"nvme":{"value":)" + std::to_string(warnings) + "}}}";
  return parse_smart(json, 8);
}

TEST(Smart, TellsAHotNvmeFromAFailingOne) {
  EXPECT_EQ(of_nvme(2), "hot");
  EXPECT_EQ(of_nvme(1), "prefail");
  EXPECT_EQ(of_nvme(1 | 2), "prefail");
  EXPECT_EQ(of_nvme(16), "prefail");
  EXPECT_EQ(of_nvme(4), "failing");
  EXPECT_EQ(of_nvme(8 | 2), "failing");
  EXPECT_EQ(of_nvme(0), "failing");
}

TEST(Smart, TellsAHotScsiDiskFromAFailingOne) {
  EXPECT_EQ(parse_smart(R"({"smart_status":{"passed":false,"scsi":{"asc":11,"ascq":1}}})", 8), "hot");
  EXPECT_EQ(parse_smart(R"({"smart_status":{"passed":false,"scsi":{"asc":93,"ascq":16}}})", 8), "failing");
}

TEST(SmartScan, NamesTheDrivesAndWhatTheyAreBehind) {
  const auto drives = parse_smart_scan(
      R"({"devices":[{"name":"/dev/sda","type":"sat"},{"name":"/dev/bus/0","type":"megaraid,8"},{"name":"-x"},
                     {"name":"/dev/sdb"},7,{"type":"scsi"},{"name":7}]})");
  EXPECT_THAT(drives, ElementsAre(SmartDrive{"/dev/sda", ""}, SmartDrive{"/dev/bus/0", "megaraid,8"},
                                  SmartDrive{"/dev/sdb", ""}));
  for (const char* text : {"", "[]", "{}", "{\"devices\":{}}", "{\"devices\":7}"})
    EXPECT_THAT(parse_smart_scan(text), IsEmpty()) << text;
}

// A smartctl that says of each disk what the file of its name holds, and notes whom it was asked for.
class SmartWatchTest : public testing::Test {
 protected:
  SmartWatchTest() {
    const fs::path program = folder_ / "smartctl";
    std::ofstream(program) << "#!/bin/sh\nfor last; do :; done\necho \"$*\" >> " << (folder_ / "asked").string()
                           << "\ncat \"" << folder_.operator/("").string() << "$(basename -- \"$last\")\"\nexit 4\n";
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
  EXPECT_EQ(asked(), "--scan -j\n-j -H -n standby /dev/sda\n");
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

TEST_F(SmartWatchTest, AsksWhatIsMountedNowhereToo) {
  say("-j", R"({"devices":[{"name":"/dev/sda","type":"sat"},{"name":"/dev/sdb","type":"sat"},
                           {"name":"/dev/bus/0","type":"megaraid,8"},{"name":"/dev/nvme0","type":"nvme"}]})");
  say("sda", kPassed);
  say("nvme0n1", kPassed);
  say("sdb", R"({"smart_status":{"passed":false}})");
  say("0", kFailing);
  EXPECT_EQ(status_after_refresh({"nvme0n1", "sda"}), "passed");
  EXPECT_THAT(watch_->others({"nvme0n1", "sda"}),
              ElementsAre(Pair("/dev/bus/0 (megaraid,8)", "failing"), Pair("/dev/sdb", "failing")));
  EXPECT_THAT(asked(), testing::HasSubstr("-j -H -n standby -d megaraid,8 /dev/bus/0\n"));
  EXPECT_THAT(asked(), testing::Not(testing::HasSubstr("/dev/nvme0\n")));
}

TEST_F(SmartWatchTest, ForgetsADriveThatIsGone) {
  say("-j", R"({"devices":[{"name":"/dev/sdb"}]})");
  say("sdb", kFailing);
  status_after_refresh({});
  EXPECT_EQ(watch_->others({}).size(), 1u);
  say("-j", R"({"devices":[]})");
  clock_.advance(options_.interval);
  status_after_refresh({});
  EXPECT_THAT(watch_->others({}), IsEmpty());
}

TEST_F(SmartWatchTest, SaysThatADiskDoesNotSay) {
  say("sda", R"({"smartctl":{"exit_status":4},"device":{"type":"scsi"}})");
  say("sdb", kPassed);
  EXPECT_EQ(status_after_refresh({"sda", "sdb"}), "unknown");
}

TEST_F(SmartWatchTest, BelievesAFailingDiskThatFallsSilent) {
  say("sda", kFailing);
  say("sdb", kPassed);
  status_after_refresh({"sda", "sdb"});
  say("sda", kNotAllowed);
  say("sdb", kNotAllowed);
  clock_.advance(options_.interval);
  status_after_refresh({"sda", "sdb"});
  EXPECT_EQ(watch_->status_of({"sda"}), "failing");
  EXPECT_EQ(watch_->status_of({"sdb"}), "unknown");
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
  EXPECT_EQ(status_after_refresh({"sda"}), "unknown");
}

}  // namespace
}  // namespace holdfast::agent
