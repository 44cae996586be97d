#include "probes/system/health.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/status/status.hpp"
#include "probes/disks/smart.hpp"
#include "probes/system/own_backups.hpp"
#include "text/utf8.hpp"

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

// Names come from everywhere, and an issue is shown in mails and logs.
std::string one_line(std::string_view sentence) {
  std::string line(text::truncate_utf8(sentence, kLongestIssue));
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, ' ');
  return line;
}

void note_level(Issues& issues, const std::optional<double>& percent, const std::string& what) {
  if (!percent || *percent <= kFullish) return;
  const Health severity = *percent > kFull ? Health::Fail : Health::Warn;
  issues.push_back({severity, fmt::format("{} {} %", what, core::whole_percent(*percent))});
}

// Where nothing can be written there is nothing to run out of.
void note_disk(Issues& issues, const core::DiskReport& disk) {
  if (disk.read_only) return;
  note_level(issues, disk.space.percent, disk.mount + " is full to");
  note_level(issues, disk.inodes_percent, disk.mount + " has used up its inodes to");
}

struct SmartWords {
  std::string_view status;
  Health severity;
  std::string_view sentence;
};
constexpr std::array<SmartWords, 3> kSmartWords{{
    {kSmartFailing, Health::Fail, "SMART says that a disk is failing"},
    {kSmartPrefail, Health::Warn, "SMART says that a disk is near its end"},
    {kSmartHot, Health::Warn, "SMART says that a disk is too hot"},
}};

// Disks with several file systems are told in one sentence.
void note_smart(Issues& issues, const std::vector<core::DiskReport>& disks, const Troubles& troubles) {
  for (const auto& [status, severity, sentence] : kSmartWords) {
    std::vector<std::string> mounts, drives;
    for (const core::DiskReport& disk : disks) {
      if (disk.smart_status == status) mounts.push_back(disk.mount);
    }
    for (const auto& [drive, said] : troubles.drives) {
      if (said == status) drives.push_back(drive);
    }
    if (!mounts.empty()) issues.push_back({severity, fmt::format("{} under {}", sentence, enumerate(mounts))});
    if (!drives.empty()) issues.push_back({severity, fmt::format("{}: {}", sentence, enumerate(drives))});
  }
}

void note_system(Issues& issues, const core::SystemReport& system, const Troubles& troubles) {
  for (const core::DiskReport& disk : system.disks) note_disk(issues, disk);
  note_smart(issues, system.disks, troubles);
  const auto& memory = system.memory.percent;
  if (memory && *memory > kMemoryShort) {
    issues.push_back({Health::Warn, fmt::format("Memory is in use to {} %", core::whole_percent(*memory))});
  }
  const auto& celsius = system.cpu.temperature_celsius;
  if (celsius && *celsius > kHot)
    issues.push_back({Health::Warn, fmt::format("The processor is at {:.0f} °C", *celsius)});
}

void note_containers(Issues& issues, const core::ContainersReport& containers) {
  using enum core::ContainerTrouble;
  for (const auto& [trouble, sentence] :
       {std::pair{Unhealthy, "Unhealthy containers"}, std::pair{Restarting, "Containers that keep restarting"},
        std::pair{Failed, "Containers that ended with an error"}}) {
    std::vector<std::string> names;
    for (const core::ContainerReport& container : containers.items) {
      if (core::trouble_of(container) == trouble) names.push_back(core::full_name(container));
    }
    if (!names.empty()) issues.push_back({Health::Warn, fmt::format("{}: {}", sentence, enumerate(names))});
  }
}

void note_backup(Issues& issues, const core::BackupReport& backup) {
  if (backup.last_status == kFailed) issues.push_back({Health::Warn, "The last backup failed"});
  if (backup.last_status == kPartial) issues.push_back({Health::Warn, "The last backup could not read everything"});
}

Issues find_issues(const core::Report& report, const Troubles& troubles) {
  Issues issues;
  for (const std::string& sentence : troubles.sentences) issues.push_back({Health::Warn, sentence});
  if (report.system) note_system(issues, *report.system, troubles);
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
      report.issues.push_back(one_line(issue.sentence));
    }
  }
}

}  // namespace holdfast::agent
