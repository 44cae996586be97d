#pragma once

#include <optional>
#include <string>

#include "core/reports/report.hpp"
#include "protocol/report/report.hpp"

namespace holdfast::fleet {

// A report as tests need it: only what they are about.
struct ReportText {
  std::string customer = "acme";
  std::string host = "web-01";
  std::optional<core::Time> at = std::nullopt;
  std::optional<core::Health> health = core::Health::Ok;
  std::optional<double> cpu = std::nullopt;
  std::optional<double> disk = std::nullopt;
  std::optional<core::Time> backup = std::nullopt;  // else at the beginning of the day on which it was made
  std::string issue = {};
  bool tells_of_backups = true;

  core::Report report() const {
    core::Report made;
    made.customer_id = customer;
    made.host = host;
    made.timestamp = at;
    made.health = health;
    if (!issue.empty()) made.issues.push_back(issue);
    made.system.emplace().cpu.percent = cpu;
    if (disk) made.system->disks.emplace_back().mount = "/";
    if (disk) made.system->disks.front().space.percent = disk;
    if (!tells_of_backups) return made;
    made.backup.emplace().last_run = backup;
    if (!backup && at) made.backup->last_run = std::chrono::floor<std::chrono::days>(*at);
    made.backup->last_status = "success";
    if (!made.backup->last_run) made.backup->age_seconds = 0;
    return made;
  }
  operator std::string() const { return protocol::encode_report(report()); }
};

}  // namespace holdfast::fleet
