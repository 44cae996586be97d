#include "fleet/hosts/bulk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::array<std::pair<BulkVerb, std::string_view>, 7> kVerbs{{
    {BulkVerb::AddTag, "add_tag"},
    {BulkVerb::RemoveTag, "remove_tag"},
    {BulkVerb::Pause, "pause"},
    {BulkVerb::Resume, "resume"},
    {BulkVerb::BackUp, "back_up"},
    {BulkVerb::NeedsBackup, "needs_backup"},
    {BulkVerb::NeedsNoBackup, "needs_no_backup"},
}};

// Of each source group; the first that cannot be started is the answer.
Task<Result<core::JobId>> back_up(Hosts& hosts, Jobs& jobs, core::HostId host, Actor actor) {
  const auto detail = co_await hosts.detail(host);
  if (!detail) co_return std::unexpected(detail.error());
  JobRequest request;
  std::optional<core::JobId> first;
  for (const auto& group : detail->source_groups) {
    request.operation = BackupRequest{group.id};
    const auto job = co_await jobs.start(host, request, actor);
    if (!job) co_return std::unexpected(job.error());
    if (!first) first = job->id;
  }
  if (first) co_return *std::move(first);
  const auto refused = co_await jobs.start(host, {}, actor);
  co_return std::unexpected(refused.error());
}

HostChange change_of(const BulkAction& action) {
  HostChange change;
  if (action.verb == BulkVerb::AddTag) change.add_tags = {action.tag};
  if (action.verb == BulkVerb::RemoveTag) change.remove_tags = {action.tag};
  if (action.verb == BulkVerb::NeedsBackup || action.verb == BulkVerb::NeedsNoBackup)
    change.needs_backup = action.verb == BulkVerb::NeedsBackup;
  return change;
}

Task<Result<>> do_to(Hosts& hosts, core::HostId host, const BulkAction& action, Actor actor) {
  if (action.verb == BulkVerb::Pause) co_return co_await hosts.pause(std::move(host), action.pause, std::move(actor));
  if (action.verb == BulkVerb::Resume) co_return co_await hosts.pause(std::move(host), std::nullopt, std::move(actor));
  co_return co_await hosts.change(std::move(host), change_of(action), std::move(actor));
}

// What is wrong with the wish itself is said once, and nothing is done.
Result<> check(const std::vector<core::HostId>& ids, const BulkAction& action) {
  if (ids.empty() || ids.size() > kMostAtOnce)
    return fail(ErrorKind::Invalid, "hosts_invalid", fmt::format("Name 1 to {} hosts.", kMostAtOnce));
  if (action.verb != BulkVerb::AddTag && action.verb != BulkVerb::RemoveTag) return {};
  if (auto tag = tidy_tag(action.tag); !tag) return std::unexpected(tag.error());
  return {};
}

}  // namespace

std::string_view to_text(BulkVerb verb) {
  return std::ranges::find(kVerbs, verb, [](const auto& pair) { return pair.first; })->second;
}
std::optional<BulkVerb> parse_bulk_verb(std::string_view text) {
  const auto* const found = std::ranges::find(kVerbs, text, [](const auto& pair) { return pair.second; });
  return found == kVerbs.end() ? std::nullopt : std::optional(found->first);
}

Task<Result<std::vector<BulkOutcome>>> do_in_bulk(Hosts& hosts, Jobs& jobs, std::vector<core::HostId> ids,
                                                  BulkAction action, Actor actor) {
  if (auto checked = check(ids, action); !checked) co_return std::unexpected(checked.error());
  std::vector<BulkOutcome> outcomes;
  std::set<core::HostId> done;
  for (const auto& id : ids) {
    if (!done.insert(id).second) continue;
    auto& outcome = outcomes.emplace_back(id);
    if (action.verb == BulkVerb::BackUp) {
      auto job = co_await back_up(hosts, jobs, id, actor);
      if (job)
        outcome.job = *std::move(job);
      else
        outcome.error = job.error();
      continue;
    }
    const auto result = co_await do_to(hosts, id, action, actor);
    if (!result) outcome.error = result.error();
  }
  co_return outcomes;
}

}  // namespace holdfast::fleet
