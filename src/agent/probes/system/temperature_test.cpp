#include "probes/system/temperature.hpp"

#include <gtest/gtest.h>

#include "probes/sample_host.hpp"

namespace holdfast::agent {
namespace {

TEST(Temperature, IsInMillidegrees) {
  EXPECT_EQ(parse_temperature("45850\n"), 45.9);
  EXPECT_EQ(parse_temperature("100000"), 100.0);
}

TEST(Temperature, IsUnknownWhereNothingIsConnected) {
  for (const char* text : {"", "\n", "0\n", "-128000\n", "127000\n", "128000\n", "255000\n", "hot\n"}) {
    EXPECT_EQ(parse_temperature(text), std::nullopt) << text;
  }
}

TEST(Temperature, OfTheHottestPartOfTheProcessorCounts) {
  test::SampleHost host;
  host.put("sys/class/hwmon/hwmon0/name", "nvme\n");
  host.put("sys/class/hwmon/hwmon0/temp1_input", "80000\n");
  host.put("sys/class/hwmon/hwmon1/name", "coretemp\n");
  host.put("sys/class/hwmon/hwmon1/temp1_input", "51000\n");
  host.put("sys/class/hwmon/hwmon1/temp2_input", "53000\n");
  host.put("sys/class/hwmon/hwmon1/temp2_max", "100000\n");
  host.put("sys/class/hwmon/hwmon1/temp3_input", "");
  host.put("sys/class/thermal/thermal_zone0/type", "acpitz\n");
  host.put("sys/class/thermal/thermal_zone0/temp", "99000\n");
  EXPECT_EQ(read_temperature(host.paths()), 53.0);
}

TEST(Temperature, OfAZoneCountsWhereThereIsNoSensor) {
  test::SampleHost host;
  host.put("sys/class/thermal/thermal_zone0/type", "acpitz\n");
  host.put("sys/class/thermal/thermal_zone0/temp", "27800\n");
  EXPECT_EQ(read_temperature(host.paths()), 27.8);
  host.put("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
  host.put("sys/class/thermal/thermal_zone1/temp", "26000\n");
  EXPECT_EQ(read_temperature(host.paths()), 26.0);
}

TEST(Temperature, OfAMDsIsNotTheOneThatFansAreDrivenBy) {
  test::SampleHost host;
  host.put("sys/class/hwmon/hwmon0/name", "k10temp\n");
  host.put("sys/class/hwmon/hwmon0/temp1_input", "97000\n");
  host.put("sys/class/hwmon/hwmon0/temp1_label", "Tctl\n");
  EXPECT_EQ(read_temperature(host.paths()), 97.0);
  host.put("sys/class/hwmon/hwmon0/temp2_input", "70000\n");
  host.put("sys/class/hwmon/hwmon0/temp2_label", "Tdie\n");
  host.put("sys/class/hwmon/hwmon0/temp3_input", "72000\n");
  host.put("sys/class/hwmon/hwmon0/temp3_label", "Tccd1\n");
  EXPECT_EQ(read_temperature(host.paths()), 70.0);
}

TEST(Temperature, IsNotThatOfASensorThatIsBroken) {
  test::SampleHost host;
  host.put("sys/class/hwmon/hwmon0/name", "coretemp\n");
  host.put("sys/class/hwmon/hwmon0/temp1_input", "90000\n");
  host.put("sys/class/hwmon/hwmon0/temp1_fault", "1\n");
  host.put("sys/class/hwmon/hwmon0/temp2_input", "50000\n");
  host.put("sys/class/hwmon/hwmon0/temp2_fault", "0\n");
  EXPECT_EQ(read_temperature(host.paths()), 50.0);
}

TEST(Temperature, IsUnknownOnAHostWithoutSensors) {
  EXPECT_EQ(read_temperature(test::SampleHost().paths()), std::nullopt);
}

}  // namespace
}  // namespace holdfast::agent
