#pragma once

#include <string>
#include <vector>

#include "core/hosts/host.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"

// One thing done to many hosts by one request.
namespace holdfast::fleet {

enum class BulkVerb { AddTag, RemoveTag, Pause, Resume, BackUp, NeedsBackup, NeedsNoBackup };

std::string_view to_text(BulkVerb verb);  // "add_tag", "remove_tag", …
std::optional<BulkVerb> parse_bulk_verb(std::string_view text);

struct BulkAction {
  BulkVerb verb = BulkVerb::Pause;
  std::string tag;    // of AddTag and RemoveTag
  core::Pause pause;  // of Pause: until and reason
};

// What became of one host; the others do not depend on it.
struct BulkOutcome {
  core::HostId host;
  std::optional<core::Error> error;  // nothing: done
  std::optional<core::JobId> job;    // of BackUp
};

inline constexpr std::size_t kMostAtOnce = 500;

// Does it to each host, in the order given, each once. Backing up starts every source group of a host in its first
// repository. Invalid when there are none or more than kMostAtOnce, or the tag is none.
Task<core::Result<std::vector<BulkOutcome>>> do_in_bulk(Hosts& hosts, Jobs& jobs, std::vector<core::HostId> ids,
                                                        BulkAction action, Actor actor);

}  // namespace holdfast::fleet
