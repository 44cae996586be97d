#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "core/jobs/job.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// The whole fleet counted, by a few statements that read one small row a host.
namespace holdfast::store {

// Of those that are Warning or Down.
std::vector<core::CauseCount> count_causes(View& view);

core::ProtectionCounts count_protection(View& view, core::Time reported_since, core::Time now);

// Those that most hosts have.
std::vector<core::TagCount> list_frequent_tags(View& view, std::size_t limit);

std::vector<core::RunHour> count_runs(View& view, core::Time from);

}  // namespace holdfast::store
