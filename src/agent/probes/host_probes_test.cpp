#include "probes/host_probes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>

#include "probes/containers/fake_engine.hpp"
#include "probes/sample_clock.hpp"
#include "probes/sample_host.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// A small host whose every probe has something to tell.
class HostProbesTest : public testing::Test {
 protected:
  HostProbesTest() {
    host_.put("proc/stat", "cpu 100 0 0 100 0 0 0 0 0 0\nbtime 1763991600\n");
    host_.put("proc/loadavg", "0.50 0.25 0.10 1/100 7\n");
    host_.put("proc/uptime", "3600.50 100.00\n");
    host_.put("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 600 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
    host_.put("proc/filesystems", "nodev\tproc\nnodev\tnfs4\n\text4\n");
    host_.put("proc/self/mountinfo",
              "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /proc rw - proc proc rw\n"
              "3 1 0:50 / /mnt/nas rw - nfs4 nas:/export rw\n");
    host_.put("sys/class/hwmon/hwmon0/name", "k10temp\n");
    host_.put("sys/class/hwmon/hwmon0/temp1_input", "42000\n");
    host_.add_disk("sda", "8:0");
    host_.add_partition("sda", "sda1", "8:1");
    host_.put("run/udev/data/b8:1", "E:ID_FS_UUID_ENC=0a1b\nE:ID_FS_LABEL_ENC=root\n");
    host_.put("run/systemd/system/unit", "");
    options_.paths = host_.paths();
    options_.systemctl = program("systemctl", R"(echo '[{"unit":"cron.service","active":"failed"}]')");
    options_.smart.program = program("smartctl", R"(echo '{"smart_status":{"passed":true}}')");
    options_.containers.sockets = {host_ / "docker.sock"};
    options_.cpu_sample = 0ms;
    options_.disks.ask = [](const Mount& mount) {
      FileSystemUse use;
      use.space = {1000, 500, mount.point == "/" ? 50.0 : 60.0};
      return DiskAnswer{use, ""};
    };
  }
  std::string program(std::string_view name, std::string_view script) {
    host_.put(name, "#!/bin/sh\n" + std::string(script) + "\n");
    std::filesystem::permissions(host_ / name, std::filesystem::perms::owner_all);
    return (host_ / name).string();
  }
  HostProbes& probes() {
    if (!probes_) probes_ = std::make_unique<HostProbes>(loop_, clock_, backups_, options_);
    return *probes_;
  }
  core::Report gather(Depth depth = Depth::Full) {
    core::Report report;
    test::run(loop_, [&]() -> runtime::Task<> { report = co_await probes().gather(depth); });
    return report;
  }

  test::SampleHost host_;
  runtime::Loop loop_;
  test::SampleClock clock_;
  OwnBackups backups_{host_ / "backups.json"};
  HostProbes::Options options_;
  std::unique_ptr<HostProbes> probes_;
};

TEST_F(HostProbesTest, TellWhatTheHostIsLike) {
  core::JobResult done;
  done.state = core::JobState::Succeeded;
  done.outcome = core::BackupOutcome{core::BackupSummary()};
  backups_.note(clock_.now() - 1h, done);
  const core::Report report = gather();
  EXPECT_EQ(report.timestamp, clock_.now());
  EXPECT_FALSE(report.customer_id.empty());
  EXPECT_FALSE(report.controller_version.empty());
  ASSERT_TRUE(report.system);
  EXPECT_EQ(report.host, report.system->hostname);
  EXPECT_EQ(report.system->uptime_seconds, 3600u);
  EXPECT_EQ(report.system->boot_time, text::parse_time("2025-11-24T13:40:00Z"));
  EXPECT_EQ(report.system->cpu.load, (std::array<double, 3>{0.5, 0.25, 0.1}));
  EXPECT_EQ(report.system->cpu.temperature_celsius, 42.0);
  EXPECT_GE(report.system->cpu.cores, 1u);
  EXPECT_EQ(report.system->memory.percent, 40.0);
  EXPECT_EQ(report.system->swap.total_bytes, 0u);
  EXPECT_EQ(report.backup->age_seconds, 3600u);
}

TEST_F(HostProbesTest, TellOfEachDisk) {
  const auto disks = gather().system->disks;
  ASSERT_EQ(disks.size(), 2u);
  core::DiskReport root;
  root.mount = "/";
  root.device = "/dev/sda1";
  root.label = "root";
  root.uuid = "0a1b";
  root.fstype = "ext4";
  root.space = {1000, 500, 50.0};
  root.smart_status = "passed";
  EXPECT_EQ(disks[0], root);
  EXPECT_EQ(disks[1].mount, "/mnt/nas");
  EXPECT_EQ(disks[1].device, "nas:/export");
}

TEST_F(HostProbesTest, TellHowBusyTheProcessorsWereSinceTheLastLook) {
  EXPECT_EQ(gather().system->cpu.percent, std::nullopt);
  host_.put("proc/stat", "cpu 130 0 0 110 0 0 0 0 0 0\n");
  EXPECT_EQ(gather().system->cpu.percent, 75.0);
}

TEST_F(HostProbesTest, TellWhatWentThroughSinceTheLastWholeReport) {
  const auto put = [this](int received, int written) {
    host_.put("proc/self/net/dev", "eth0: " + std::to_string(received) + " 0 0 0 0 0 0 0 500 0\n");
    host_.put("proc/diskstats", "8 0 sda 1 0 10 0 1 0 " + std::to_string(written) + " 0\n");
  };
  host_.put("sys/class/block/sda/device/model", "");
  put(1000, 0);
  EXPECT_EQ(gather().system->network, core::NetworkReport());
  clock_.advance(30s);
  put(500'000, 0);
  gather(Depth::Health);
  clock_.advance(30s);
  put(601'000, 600);
  const core::Report report = gather();
  EXPECT_EQ(report.system->network, (core::NetworkReport{10'000.0, 0.0}));
  EXPECT_EQ(report.system->disk_io, (core::DiskIoReport{0.0, 5120.0}));
}

TEST_F(HostProbesTest, NoticeADiskThatTurnsReadOnly) {
  gather();
  host_.put("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 ro\n");
  const core::Report report = gather(Depth::Health);
  EXPECT_TRUE(report.system->disks[0].read_only);
  EXPECT_THAT(report.issues, testing::Contains("/ is read-only, although it should be writable"));
}

TEST_F(HostProbesTest, JudgeHealthByWhatTheyFound) {
  options_.disks.ask = [](const Mount& mount) {
    FileSystemUse use;
    use.space.percent = 90;
    return mount.point == "/" ? DiskAnswer{use, ""} : DiskAnswer{std::nullopt, "cannot be read: Stale file handle"};
  };
  const core::Report report = gather(Depth::Health);
  EXPECT_EQ(report.health, core::Health::Warn);
  EXPECT_THAT(report.issues, ElementsAre("/mnt/nas cannot be read: Stale file handle", "/ is full to 90 %",
                                         "Failed units: cron.service"));
}

TEST_F(HostProbesTest, ReportADeadMountAsUnknownAndAllElseAsEver) {
  const auto revived = std::make_shared<std::latch>(1);
  options_.disks.ask = [revived](const Mount& mount) {
    if (mount.point == "/mnt/nas") revived->wait();
    FileSystemUse use;
    use.space.percent = 50;
    return DiskAnswer{use, ""};
  };
  options_.disks.time_limit = 2s;
  const core::Report report = gather();
  revived->count_down();
  ASSERT_EQ(report.system->disks.size(), 2u);
  EXPECT_EQ(report.system->disks[0].space.percent, 50.0);
  EXPECT_EQ(report.system->disks[1].mount, "/mnt/nas");
  EXPECT_EQ(report.system->disks[1].space, core::Space());
  EXPECT_THAT(report.issues, ElementsAre("/mnt/nas does not answer", "Failed units: cron.service"));
}

TEST_F(HostProbesTest, TellOfContainersWhereThereIsAnEngine) {
  test::FakeEngine engine(loop_, host_ / "docker.sock");
  engine.answers["/containers/json?all=true"] = R"([{"Id":"a1","Names":["/web"],"State":"exited"}])";
  const core::Report report = gather();
  test::run(loop_, [&] { return engine.stop(); });
  ASSERT_TRUE(report.containers);
  EXPECT_EQ(report.containers->total, 1u);
}

TEST_F(HostProbesTest, AskSmartOnlyForAWholeReport) {
  options_.smart.program =
      program("smartctl", "touch \"$(dirname \"$0\")\"/asked\necho '{\"smart_status\":{\"passed\":true}}'");
  EXPECT_EQ(gather(Depth::Health).system->disks[0].smart_status, "");
  EXPECT_FALSE(std::filesystem::exists(host_ / "asked"));
  gather(Depth::Full);
  EXPECT_EQ(gather(Depth::Health).system->disks[0].smart_status, "passed");
}

TEST_F(HostProbesTest, LeaveOutWhatAHostDoesNotTell) {
  options_.paths = {"/absent", "/absent", "/absent", "/absent", "/absent"};
  const core::Report report = gather();
  EXPECT_EQ(report.health, core::Health::Ok);
  EXPECT_EQ(report.containers, std::nullopt);
  EXPECT_EQ(report.backup, std::nullopt);
  EXPECT_EQ(report.system->memory, core::Space());
  EXPECT_EQ(report.system->uptime_seconds, std::nullopt);
  EXPECT_THAT(report.system->disks, IsEmpty());
}

TEST_F(HostProbesTest, EndWhenTheirCallerIsCancelled) {
  options_.cpu_sample = 1h;
  bool went_on = false;
  test::run(loop_, [&]() -> runtime::Task<> {
    runtime::TaskGroup group(loop_);
    group.spawn("gathering", [&]() -> runtime::Task<> {
      co_await probes().gather(Depth::Full);
      went_on = true;
    });
    co_await runtime::sleep_for(1ms);
    co_await group.stop();
  });
  EXPECT_FALSE(went_on);
}

TEST_F(HostProbesTest, UnderstandTheHostTheyRunOn) {
  HostProbes::Options options;
  options.cpu_sample = 1ms;
  options.containers.sockets.clear();
  core::Report report;
  test::run(loop_, [&]() -> runtime::Task<> {
    HostProbes real(loop_, clock_, backups_, options);
    report = co_await real.gather(Depth::Health);
  });
  EXPECT_GT(report.system->memory.total_bytes, 0u);
  EXPECT_GT(report.system->uptime_seconds, 0u);
  EXPECT_TRUE(report.system->cpu.load);
}

}  // namespace
}  // namespace holdfast::agent
