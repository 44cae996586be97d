#pragma once

#include <string>
#include <vector>

#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

struct ScheduleRow {
  std::string name;
  Url link;
  std::string sentence;  // "Every day at 02:15"
  std::string timezone;
  std::string customer;  // empty where all are of one
  bool enabled = true;
  std::size_t hosts = 0;
  std::optional<core::Time> next;     // before hosts are spread
  std::vector<std::string> warnings;  // why it may do less than expected
  core::Time now;
};

// GET /schedules
struct SchedulesPage {
  Page page;
  std::vector<ScheduleRow> schedules;
  std::optional<Failure> failure;
};

struct ScheduledTime {
  std::string local;  // "Sat 21 Nov 2026, 02:15"
  core::Time at;
  std::string note;  // what a change of clocks does to it
};

// What a schedule would do. Script keeps it true while somebody types.
struct ScheduleTimes {
  std::string sentence;  // empty: the expression cannot be read
  std::string timezone;
  std::vector<ScheduledTime> runs;
  std::vector<std::string> warnings;
  core::Time now;
};

struct ScheduleChoice {
  std::string value;
  std::string text;
  std::string hint;
  bool chosen = false;
};

struct ScheduleForm {
  std::string id;  // empty: a new one
  std::string name;
  std::string cron;
  std::string timezone;
  std::string window;  // minutes
  std::vector<Option> missed;
  std::vector<Option> customers;  // of a new one, where there are several
  std::string tags;
  std::string hosts;                         // one name per line
  std::vector<ScheduleChoice> repositories;  // none chosen: all
  std::vector<std::string> source_groups;    // ids, which the form only keeps
  bool enabled = true;
  FieldErrors errors;  // name, cron, timezone, window_minutes, customer, tags, hosts, repositories
};

struct AppliedHost {
  std::string name;
  Url link;
};

// GET /schedules/new, POST /schedules; GET /schedules/{id}, POST /schedules/{id}, POST /schedules/{id}/run,
// POST /schedules/{id}/enabled: enabled, POST /schedules/{id}/delete.
struct SchedulePage {
  Page page;
  std::string heading;  // the stored name, or "Add schedule"
  ScheduleForm form;
  ScheduleTimes times;
  bool enabled = true;  // as it is stored
  std::size_t host_count = 0;
  std::vector<AppliedHost> hosts;  // the first of those that it applies to
};

}  // namespace holdfast::web::views
