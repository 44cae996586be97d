#pragma once

#include <optional>

#include "core/hosts/fleet.hpp"
#include "core/ids.hpp"
#include "core/status/limits.hpp"
#include "core/status/status.hpp"
#include "core/time.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/sqlite/database.hpp"

// All that judging a host needs, by few statements: it is done for every report.
namespace holdfast::store {

struct StatusBasis {
  core::HostFactsForStatus facts;
  std::optional<core::JudgedStatus> stored;  // as it was judged last; nothing: never
  std::vector<core::LimitSource> limits;     // that differ from the hub's
};

// Nothing when there is no such host. `runs` is how many of the last jobs of each source group are looked
// at.
std::optional<StatusBasis> find_status_basis(View& view, const core::HostId& host, std::size_t runs);

// When the fullest disk of a host will be full, as its history says.
void set_disk_full_at(Transaction& transaction, const core::HostId& host, std::optional<core::Time> at);
std::optional<core::Time> disk_full_at(View& view, const core::HostId& host);

}  // namespace holdfast::store
