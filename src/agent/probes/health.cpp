#include "probes/health.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "core/text.hpp"
#include "probes/own_backups.hpp"

namespace holdfast::agent {
namespace {

using core::Health;

constexpr double kFullish = 85;  // percent
constexpr double kFull = 97;
constexpr double kMemoryShort = 95;
constexpr double kHot = 95;  // degrees Celsius
constexpr std::size_t kMostNames = 5;
constexpr std::size_t kMostIssues = 50;
constexpr std::size_t kLongestIssue = 500;  // bytes

struct Issue {
  Health severity;
  std::string sentence;
};
using Issues = std::vector<Issue>;

// "a, b, c and 4 more"
std::string enumerate(const std::vector<std::string>& names) {
  const auto shown = std::min(names.size(), kMostNames);
  std::string text =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

void note_level(Issues& issues, const std::optional<double>& percent, const std::string& what) {
  if (!percent || *percent <= kFullish) return;
  const Health severity = *percent > kFull ? Health::Fail : Health::Warn;
  issues.push_back({severity, fmt::format("{} {:.0f} %", what, *percent)});
}

void note_disk(Issues& issues, const core::DiskReport& disk) {
  note_level(issues, disk.space.percent, disk.mount + " is full to");
  note_level(issues, disk.inodes_percent, disk.mount + " has used up its inodes to");
}

// A disk with several file systems is named once.
void note_smart(Issues& issues, const core::SystemReport& system, std::string_view status, Health severity,
                std::string_view sentence) {
  std::vector<std::string> mounts;
  for (const core::DiskReport& disk : system.disks) {
    if (disk.smart_status == status) mounts.push_back(disk.mount);
  }
  if (!mounts.empty()) issues.push_back({severity, fmt::format("{} {}", sentence, enumerate(mounts))});
}

void note_system(Issues& issues, const core::SystemReport& system) {
  for (const core::DiskReport& disk : system.disks) note_disk(issues, disk);
  note_smart(issues, system, "failing", Health::Fail, "SMART says that a disk is failing under");
  note_smart(issues, system, "prefail", Health::Warn, "SMART says that a disk is near its end under");
  const auto& memory = system.memory.percent;
  if (memory && *memory > kMemoryShort) {
    issues.push_back({Health::Warn, fmt::format("Memory is in use to {:.0f} %", *memory)});
  }
  const auto& celsius = system.cpu.temperature_celsius;
  if (celsius && *celsius > kHot)
    issues.push_back({Health::Warn, fmt::format("The processor is at {:.0f} °C", *celsius)});
}

void note_containers(Issues& issues, const core::ContainersReport& containers) {
  std::vector<std::string> unhealthy, restarting;
  for (const core::ContainerReport& container : containers.items) {
    if (container.health == "unhealthy") unhealthy.push_back(container.name);
    if (container.state == "restarting") restarting.push_back(container.name);
  }
  if (!unhealthy.empty()) issues.push_back({Health::Warn, "Unhealthy containers: " + enumerate(unhealthy)});
  if (!restarting.empty())
    issues.push_back({Health::Warn, "Containers that keep restarting: " + enumerate(restarting)});
}

void note_backup(Issues& issues, const core::BackupReport& backup) {
  if (backup.last_status == kFailed) issues.push_back({Health::Warn, "The last backup failed"});
  if (backup.last_status == kPartial) issues.push_back({Health::Warn, "The last backup could not read everything"});
}

Issues find_issues(const core::Report& report, const Troubles& troubles) {
  Issues issues;
  for (const std::string& disk : troubles.disks) issues.push_back({Health::Warn, disk});
  if (report.system) note_system(issues, *report.system);
  if (!troubles.failed_units.empty()) {
    issues.push_back({Health::Warn, "Failed units: " + enumerate(troubles.failed_units)});
  }
  if (report.containers) note_containers(issues, *report.containers);
  if (report.backup) note_backup(issues, *report.backup);
  return issues;
}

}  // namespace

void judge_health(core::Report& report, const Troubles& troubles) {
  const Issues issues = find_issues(report, troubles);
  report.health = Health::Ok;
  report.issues.clear();
  for (const Health severity : {Health::Fail, Health::Warn}) {
    for (const Issue& issue : issues) {
      if (issue.severity != severity) continue;
      report.health = std::max(*report.health, severity);
      if (report.issues.size() >= kMostIssues) continue;
      report.issues.emplace_back(core::truncate_utf8(issue.sentence, kLongestIssue));
    }
  }
}

}  // namespace holdfast::agent
