#pragma once

#include <string>
#include <vector>

#include "views/account.hpp"
#include "views/chart.hpp"
#include "views/customer.hpp"
#include "views/enrolment.hpp"
#include "views/fleet.hpp"
#include "views/host.hpp"
#include "views/job.hpp"
#include "views/manual.hpp"
#include "views/palette.hpp"
#include "views/repository.hpp"
#include "views/settings.hpp"

// Invented data for the previews: every page in every state.
namespace holdfast::preview {

using namespace web::views;  // NOLINT: the samples are nothing but views

// A rendered page and the name of its file.
struct Preview {
  std::string name;
  std::string html;
};

inline core::Time now() {
  return *core::parse_time("2026-11-20T09:42:18.000Z");
}
core::Time before(core::seconds age);

Page page(std::string title, Section section);
BarePage bare(std::string title);
RunStrip strip(std::string_view pattern);  // "oooxp.r": ok, failed, partial, none, running, missed (m)

JobView running_job();
LogLines sample_log(std::size_t lines);
JobRow job_row(std::string title, JobStatus status, core::seconds age);
std::vector<JobRow> finished_rows();

FleetPage sample_fleet();
HostTable host_table();
LimitsForm sample_limits(Url action);
History sample_history(std::string_view range);

std::vector<Preview> account_previews();
std::vector<Preview> customer_previews();
std::vector<Preview> fleet_previews();
std::vector<Preview> enrolment_previews();
std::vector<Preview> host_previews();
std::vector<Preview> job_previews();
std::vector<Preview> repository_previews();
std::vector<Preview> grid_previews();
Preview large_grid();
std::vector<Preview> settings_previews();
// Parts of pages that script asks for.
std::vector<Preview> part_previews();
// Not pages but events of the stream, for the test of the live contract.
std::vector<Preview> event_previews();

}  // namespace holdfast::preview
