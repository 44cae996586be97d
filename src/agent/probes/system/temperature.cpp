#include "probes/system/temperature.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr double kColdest = 1;
constexpr double kHottest = 125;

constexpr int kLabelRanks = 3;  // how many there are for each of a chip's

// The hottest value of the best sensors seen so far.
struct Best {
  // Whether a chip of this rank could tell something better.
  bool may_take(int chip_rank) const { return chip_rank > 0 && chip_rank * kLabelRanks + kLabelRanks > rank; }
  void offer(int new_rank, std::optional<double> value) {
    if (!value || new_rank < rank) return;
    celsius = new_rank > rank ? value : std::max(celsius, value);
    rank = new_rank;
  }

  int rank = 0;
  std::optional<double> celsius;
};

std::string read_word(const fs::path& path) {
  const std::string text = read_or_empty(path);
  return text.substr(0, text.find('\n'));
}

// "temp3_input": "temp3".
std::optional<std::string> sensor_of(const std::string& file) {
  constexpr std::string_view kEnding = "_input";
  if (!file.starts_with("temp") || !file.ends_with(kEnding)) return std::nullopt;
  return file.substr(0, file.size() - kEnding.size());
}

// Some processors of AMD add up to 27 degrees to the one that fans are driven by, and tell the real one beside it.
int label_rank(std::string_view label) {
  if (label == "Tdie") return 2;
  return label == "Tctl" ? 0 : 1;
}

void offer_sensor(const fs::path& chip, const std::string& sensor, int rank, Best& best) {
  if (read_word(chip / (sensor + "_fault")) == "1") return;
  const int own_rank = rank * kLabelRanks + label_rank(read_word(chip / (sensor + "_label")));
  best.offer(own_rank, parse_temperature(read_or_empty(chip / (sensor + "_input"))));
}

void offer_chip(const fs::path& chip, Best& best) {
  const int rank = processor_sensor_rank(read_word(chip / "name"));
  if (!best.may_take(rank)) return;  // other chips are not even read: some of them are slow, some wake a disk
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(chip, failed)) {
    if (const auto sensor = sensor_of(file.path().filename())) offer_sensor(chip, *sensor, rank, best);
  }
}

void offer_zone(const fs::path& zone, Best& best) {
  const int rank = processor_sensor_rank(read_word(zone / "type"));
  if (best.may_take(rank)) best.offer(rank * kLabelRanks + 1, parse_temperature(read_or_empty(zone / "temp")));
}

}  // namespace

std::optional<double> parse_temperature(std::string_view text) {
  const auto millidegrees = parse_count(take_line(text));  // colder than 0 is no processor
  if (!millidegrees) return std::nullopt;
  const double celsius = static_cast<double>(*millidegrees) / 1000;
  return celsius >= kColdest && celsius <= kHottest ? std::optional(to_tenth(celsius)) : std::nullopt;
}

int processor_sensor_rank(std::string_view name) {
  for (const std::string_view chip : {"coretemp", "k10temp", "k8temp", "zenpower", "x86_pkg_temp"}) {
    if (name == chip) return 3;
  }
  if (name.contains("cpu") || name.contains("soc")) return 2;  // "cpu_thermal", "cpu-0-0-usr", "soc-thermal"
  return name == "acpitz" ? 1 : 0;
}

std::optional<double> read_temperature(const HostPaths& paths) {
  Best best;
  std::error_code failed;
  for (const auto& chip : fs::directory_iterator(paths.sys / "class" / "hwmon", failed)) offer_chip(chip, best);
  for (const auto& zone : fs::directory_iterator(paths.sys / "class" / "thermal", failed)) offer_zone(zone, best);
  return best.celsius;
}

}  // namespace holdfast::agent
