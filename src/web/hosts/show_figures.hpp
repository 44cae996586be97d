#pragma once

#include <optional>

#include "core/hosts/host.hpp"
#include "core/reports/report.hpp"
#include "fleet/hosts/hosts.hpp"
#include "hosts/show.hpp"
#include "hosts/view.hpp"

// From the newest report of a host to its disks, containers and facts. Pure.
namespace holdfast::web {

// `at`: when the report was made, `full_at` when its fullest disk will be full.
views::HostFigures show_figures(const core::Report& report, core::Time at, std::optional<core::Time> full_at,
                                const HostContext& context);
views::HostFigures no_figures(const core::Host& host, core::Time now);

}  // namespace holdfast::web
