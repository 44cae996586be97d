#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "core/hosts/host.hpp"
#include "core/jobs/job_record.hpp"
#include "core/status/status.hpp"
#include "fleet/address.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/hosts/summary.hpp"
#include "fleet/view.hpp"

// From what fleet knows of all hosts to what the pages of the fleet show. Pure.
namespace holdfast::web {

// What rows are shown against.
struct RowContext {
  core::Time now;
  core::StatusLimits limits;
  std::string version;                         // of the hub: an older agent is marked
  std::map<core::JobId, core::Job> jobs = {};  // those that have not ended, as far as they are at hand
};

views::RunStrip show_runs(const std::vector<core::JobState>& runs);
// "Debian GNU/Linux 12 (bookworm) · 10.20.2.12"
std::string facts_line(const core::HostFacts& facts);
// Those of the hub, with what of them is another for this host.
core::StatusLimits shown_limits(const std::optional<core::JudgedBy>& judged_by, core::StatusLimits hub);
// Without a limit where none is expected.
views::RecoveryPoint show_recovery(const core::Host& host, const core::JudgedStatus& status,
                                   const core::StatusLimits& limits, core::Time now);
// "Paused until Mon 23 Nov, 08:00 UTC by Márta: new disks"
views::PauseState show_pause(const core::Pause& pause);
views::Metric show_metric(const std::optional<double>& percent);
views::Metric show_disk_metric(const std::optional<double>& percent, const core::StatusLimits& limits);
// "Backing up, 62%"; empty when nothing runs.
std::string activity_of(const core::Job* job);

views::HostRow show_row(const fleet::FleetHost& host, const RowContext& context);

views::Pulse show_counts(const core::FleetCounts& counts);
views::FleetBand show_band(const views::Pulse& pulse, const fleet::FleetSummary& summary, core::Time now);
views::FleetGrid show_grid(const std::vector<core::FleetCell>& cells, const FleetAddress& address,
                           const core::StatusLimits& limits, core::Time now);
views::CellMark mark_of(const core::FleetCell& cell, views::CellColour colour, const core::StatusLimits& limits,
                        core::Time now);

// What has become of the order of the rows that a page shows; empty when nothing has.
std::string order_change(const std::vector<core::HostId>& shown, const std::vector<core::HostId>& present);

}  // namespace holdfast::web
