#include "probes/disks/io_counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view kNetDev =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier\n"
    "    lo:  900       9    0    0    0     0          0         0      900       9    0    0    0     0       0   0\n"
    "  eth0: 5000      50    0    0    0     0          0         0     2000      20    0    0    0     0       0   0\n"
    "docker0:7000      70    0    0    0     0          0         0     7000      70    0    0    0     0       0   "
    "0\n";
constexpr std::string_view kDiskstats =
    "   8       0 sda 10 1 100 5 20 2 400 6 0 7 8 0 0 0 0 0 0\n"
    "   8       1 sda1 9 1 90 5 20 2 400 6 0 7 8\n"
    " 253       0 dm-0 9 1 90 5 20 2 400 6 0 7 8\n"
    "   7       0 loop0 1 0 8 0 0 0 0 0 0 0 0\n";

std::vector<std::string> names(const IoCounts& counts) {
  std::vector<std::string> all;
  for (const auto& [name, count] : counts) all.push_back(name);
  return all;
}

TEST(NetworkCounts, AreThoseOfEachInterface) {
  EXPECT_THAT(parse_network_counts(kNetDev),
              ElementsAre(Pair("docker0", IoCount{7000, 7000}), Pair("eth0", IoCount{5000, 2000}),
                          Pair("lo", IoCount{900, 900})));
  EXPECT_THAT(parse_network_counts("eth0:1: 5 0 0 0 0 0 0 0 6 0\n"), ElementsAre(Pair("eth0:1", IoCount{5, 6})));
  EXPECT_THAT(parse_network_counts("eth0: 5 0 0\neth1: x 0 0 0 0 0 0 0 6\n:\n"), IsEmpty());
}

TEST(DiskCounts, AreInSectorsOf512Bytes) {
  EXPECT_EQ(parse_disk_counts(kDiskstats).at("sda"), (IoCount{100 * 512, 400 * 512}));
  EXPECT_THAT(parse_disk_counts("8 1 sda1 1 2 3 4\n8 2 sda2\n\n8 3 sda3 1 1 18446744073709551615 1 1 1 1\n"),
              IsEmpty());
}

TEST(Io, CountsEachByteOnceWhereItLeavesTheHost) {
  test::SampleHost host;
  host.put("proc/self/net/dev", kNetDev);
  host.put("proc/diskstats", kDiskstats);
  host.put("sys/class/net/eth0/device/vendor", "");
  host.put("sys/class/block/sda/device/model", "");
  host.put("sys/class/block/sda1/device/model", "");
  host.put("sys/class/block/sda1/partition", "1\n");
  const IoReading reading = read_io(host.paths());
  EXPECT_THAT(names(reading.network), ElementsAre("eth0"));
  EXPECT_THAT(names(reading.disks), ElementsAre("sda"));
}

TEST(Io, OfAContainerIsWhatLeadsOutOfIt) {
  test::SampleHost host;
  host.put("proc/self/net/dev", kNetDev);
  host.put("proc/diskstats", kDiskstats);
  const IoReading reading = read_io(host.paths());
  EXPECT_THAT(names(reading.network), ElementsAre("eth0"));
  EXPECT_THAT(reading.disks, IsEmpty());
}

TEST(Io, OfAnInterfaceThatIsPartOfAnotherIsNotCountedTwice) {
  test::SampleHost host;
  host.put("proc/self/net/dev",
           "bond0: 5 0 0 0 0 0 0 0 6 0\neth0: 5 0 0 0 0 0 0 0 6 0\nvethab12: 5 0 0 0 0 0 0 0 6 0\n");
  host.put("sys/class/net/eth0/master/name", "");
  EXPECT_THAT(names(read_io(host.paths()).network), ElementsAre("bond0"));
}

TEST(IoRate, IsTheMeanOverTheTime) {
  EXPECT_EQ(io_rate({{"a", {100, 10}}, {"b", {0, 0}}}, {{"a", {1100, 20}}, {"b", {1000, 0}}}, 10s), (IoRate{200, 1}));
  EXPECT_EQ(io_rate({{"a", {100, 10}}}, {{"a", {100, 10}}}, 1ms), IoRate());
}

TEST(IoRate, LeavesOutDevicesThatCameOrWent) {
  EXPECT_EQ(io_rate({{"a", {0, 0}}, {"gone", {0, 0}}}, {{"a", {10, 0}}, {"new", {5000, 5000}}}, 1s), (IoRate{10, 0}));
  EXPECT_EQ(io_rate({{"gone", {0, 0}}}, {{"new", {5, 5}}}, 1s), std::nullopt);
}

TEST(IoRate, IsUnknownWhenACountWasSetBackOrHasWrapped) {
  EXPECT_EQ(io_rate({{"a", {4'294'967'000, 0}}, {"b", {0, 0}}}, {{"a", {500, 0}}, {"b", {9, 9}}}, 1s), std::nullopt);
  EXPECT_EQ(io_rate({{"a", {0, 7}}}, {{"a", {5, 6}}}, 1s), std::nullopt);
}

TEST(IoRate, IsUnknownWhenNoTimePassed) {
  EXPECT_EQ(io_rate({{"a", {0, 0}}}, {{"a", {5, 5}}}, 0ms), std::nullopt);
  EXPECT_EQ(io_rate({{"a", {0, 0}}}, {{"a", {5, 5}}}, -1ms), std::nullopt);
}

TEST(IoRate, IsReportedInWholeBytes) {
  EXPECT_EQ(network_report(IoRate{10.4, 0.6}), (core::NetworkReport{10.0, 1.0}));
  EXPECT_EQ(disk_io_report(std::nullopt), core::DiskIoReport());
}

}  // namespace
}  // namespace holdfast::agent
