#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status/finding.hpp"
#include "core/status/status.hpp"

namespace holdfast::core {

// What one input says: nothing, or how bad what is.
struct Verdict {
  HostState state;
  Finding finding;
};
using MaybeVerdict = std::optional<Verdict>;

// Source groups as a finding names them.
finding::Groups name_groups(const SourceGroupFacts& first, std::size_t others);

// What a host said, fit to stand in a sentence of ours.
std::string quote(std::string_view said);

// Whether it can only call an address.
bool is_known_by_pings_only(const HostFactsForStatus& facts);

// While the hub was away it could not hear of newer backups, so that time makes none older until the host is heard
// again.
milliseconds time_away(const HostFactsForStatus& facts);

// How old the last good backup of a source group may be.
std::chrono::seconds backup_age_limit(const SourceGroupFacts& group, const StatusLimits& limits);

// All, or what the report tells of: those that were never backed up first, then the one that is or was due first.
std::vector<SourceGroupFacts> groups_of(const HostFactsForStatus& facts, const StatusLimits& limits);

bool has_good_backup(const std::vector<SourceGroupFacts>& groups);

// Whether there is a backup of everything at all.
MaybeVerdict judge_plan(const HostFactsForStatus& facts, const std::vector<SourceGroupFacts>& groups);

// The age of the last good backups, and how the last runs ended.
void judge_backups(std::vector<MaybeVerdict>& verdicts, const HostFactsForStatus& facts,
                   const std::vector<SourceGroupFacts>& groups, const StatusLimits& limits, Time now);

}  // namespace holdfast::core
