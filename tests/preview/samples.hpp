#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "account/view.hpp"
#include "customers/view.hpp"
#include "enrolment/view.hpp"
#include "fleet/palette_view.hpp"
#include "fleet/view.hpp"
#include "hosts/view.hpp"
#include "jobs/view.hpp"
#include "kit/render/chart.hpp"
#include "repositories/view.hpp"
#include "schedules/view.hpp"
#include "settings/manual_view.hpp"
#include "settings/view.hpp"
#include "text/time.hpp"

// Invented data for the previews: every page in every state.
namespace holdfast::preview {

using namespace web::views;  // NOLINT: the samples are nothing but views

// A rendered page and the name of its file.
struct Preview {
  std::string name;
  std::string html;
};

template <class View, class Render>
Preview show(std::string name, const View& view, Render render) {
  Preview result{std::move(name), {}};
  render(result.html, view);
  return result;
}

inline core::Time now() {
  return *text::parse_time("2026-11-20T09:42:18.000Z");
}
core::Time before(core::seconds age);

Page page(std::string title, Section section);
BarePage bare(std::string title);
RunStrip strip(std::string_view pattern);  // "oooxp.r": ok, failed, partial, none, running, missed (m), cancelled (c)

// What several pages tell, so that they tell the same.
inline constexpr std::string_view kVersion = "1.4.2";  // of the hub, and of agents that are up to date
inline constexpr std::string_view kRestic = "0.18.1";
inline constexpr std::chrono::hours kBackupLimit{26};
inline constexpr std::size_t kMachinesToApprove = 4;
inline constexpr std::size_t kUnfinishedJobs = 3;
inline constexpr std::string_view kUnreachable = "The repository's server could not be reached.";
inline constexpr std::string_view kSomeUnreadable =
    "12 files or folders could not be read; the snapshot has the rest.";  // of git-forge

// app-01 is being backed up.
inline constexpr std::chrono::hours kAppAge{23};  // of its last good backup
inline constexpr std::string_view kAppActivity = "Backing up, 62%, about 7\u00a0min left";
inline constexpr std::string_view kAppRuns = "oooooooooopooor";
inline constexpr int kAppPercent = 62;
inline constexpr std::chrono::minutes kAppLeft{7};

// The last backup of pg-primary failed.
inline constexpr std::chrono::minutes kPgStarted{447};
inline constexpr std::chrono::minutes kPgTook{51};
inline constexpr std::string_view kPgMount =
    "/var/lib/containers/storage/volumes/postgresql-of-the-harbour-office/_data";

// mail-edge-02 is silent.
inline constexpr core::seconds kAwayFor{2 * 3600 + 14 * 60 + 18};

struct Customer {
  std::string_view slug, name;
  std::size_t keys;
};
// In the order of their list.
inline constexpr std::array<Customer, 7> kCustomers{
    {{"harbour", "Harbour office", 4},
     {"kisvarda-clinic", "Kisvárda clinic with a name that goes on until it does not fit", 0},
     {"brennan-dental", "Brennan dental", 1},
     {"default", "Default", 0},
     {"lab", "Lab", 1},
     {"moving-in", "Somebody who moves in", 0},
     {"hartmann-law", "Hartmann law", 0}}};
const Customer& customer_of(std::string_view slug);
std::size_t customers_with_hosts();

// Of the customer "lab".
struct LabPause {
  std::string_view by, reason;
};
inline constexpr LabPause kLabPause{"Dániel", "The lab moves"};

// The hosts of the fleet, worst first.
const std::vector<HostRow>& host_rows();
const HostRow& host_row(std::string_view name);
std::vector<HostRow> rows_of_customer(const Customer& customer);
std::vector<HostRow> rows_of_repository(std::string_view repository);
Pulse pulse_of(const std::vector<HostRow>& rows);

// One that ended `age` ago, or began then where it still runs.
JobRow job_row(std::string title, JobStatus status, core::seconds age, core::seconds took = std::chrono::minutes(6));
std::vector<JobRow> pg_jobs();
std::vector<JobRow> app_jobs();  // the running one first

// Of the pages of pg-primary.
void pg_frame(HostFrame& view, std::string_view tab);
HostJobsPanel jobs_panel(const HostHead& head, std::vector<JobRow> jobs);

FleetPage sample_fleet();
HostTable host_table(std::vector<HostRow> rows);
// What is set there; an empty text: nothing.
using SetLimits = std::array<std::string_view, 6>;
LimitsForm sample_limits(Url action, const SetLimits& set);

// What the curves of a host end with.
struct Curves {
  int cpu, memory;
  std::vector<std::pair<std::string_view, int>> disks;  // percent
  int running, containers;
  core::seconds backup_age;
  std::vector<std::pair<core::seconds, core::seconds>> jobs = {};  // how long ago they began and ended
  core::seconds silent = {};                                       // nothing came since
};
std::vector<Tab> history_ranges(std::string_view range);
History sample_history(const Curves& curves);

std::vector<Preview> account_previews();
std::vector<Preview> customer_previews();
std::vector<Preview> fleet_previews();
std::vector<Preview> enrolment_previews();
std::vector<Preview> host_previews();
std::vector<Preview> host_tab_previews();
std::vector<Preview> job_previews();
std::vector<Preview> repository_previews();
std::vector<Preview> schedule_previews();
std::vector<Preview> grid_previews();
Preview large_grid();
std::vector<Preview> settings_previews();
// Parts of pages that script asks for.
std::vector<Preview> part_previews();
// Not pages but events of the stream, for the test of the live contract.
std::vector<Preview> event_previews();

}  // namespace holdfast::preview
