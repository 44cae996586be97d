#pragma once

#include <optional>

#include "core/report.hpp"
#include "core/status.hpp"
#include "fleet/hosts.hpp"
#include "fleet/repositories.hpp"
#include "views/host.hpp"

// From what fleet knows of one host to what its pages show. Pure.
namespace holdfast::web {

struct HostContext {
  core::Time now;
  core::StatusLimits limits;
  views::Url page = {};  // of the host
};

views::HostHead show_head(const fleet::HostDetail& detail, const HostContext& context);
std::optional<views::PauseState> show_pause(const fleet::HostOverview& overview);

// `report` is the newest one, `at` when it was made, `full_at` when its fullest disk will be full.
views::HostFigures show_figures(const core::Report& report, core::Time at, std::optional<core::Time> full_at,
                                const HostContext& context);
views::HostFigures no_figures(const store::Host& host, core::Time now);

views::HostJobs show_host_jobs(const fleet::HostDetail& detail, core::Time now);
views::BackupPlan show_plan(const fleet::HostDetail& detail, const std::vector<fleet::RepositoryOverview>& all);
std::vector<views::Fact> show_connection(const fleet::HostOverview& overview, core::Time now);

}  // namespace holdfast::web
