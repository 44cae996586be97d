#pragma once

#include <optional>

#include "core/status/status.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/repositories/repositories.hpp"
#include "hosts/view.hpp"

// From what fleet knows of one host to what its pages show. Pure.
namespace holdfast::web {

struct HostContext {
  core::Time now;
  core::StatusLimits limits;
  views::Url page = {};  // of the host
};

views::HostHead show_head(const fleet::HostDetail& detail, const HostContext& context);
std::optional<views::PauseState> show_pause(const fleet::HostOverview& overview);

views::HostJobs show_host_jobs(const fleet::HostDetail& detail, core::Time now);
views::BackupPlan show_plan(const fleet::HostDetail& detail, const std::vector<fleet::RepositoryOverview>& all);
std::vector<views::Fact> show_connection(const fleet::HostOverview& overview, core::Time now);

}  // namespace holdfast::web
