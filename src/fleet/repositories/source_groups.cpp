#include <fmt/format.h>

#include <algorithm>

#include "core/status/limits.hpp"
#include "fleet/hosts/hosts.hpp"
#include "jobs/plan_rules.hpp"
#include "new_id.hpp"
#include "store/accounts/accounts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto no_group() {
  return fail(ErrorKind::NotFound, "no_such_source_group", "There is no such source group.");
}

Result<> check(std::string_view name, const core::SourceSet& sources, std::optional<std::chrono::seconds> backup_age) {
  if (auto checked = core::check_name("The source group name", name); !checked) return checked;
  core::LimitSet limits;
  limits.backup_age = backup_age;
  if (auto checked = core::check_limits(limits); !checked) return checked;
  if (auto checked = core::check_new_source_set(sources); !checked) return checked;
  if (protocol::fits_command(sources)) return {};
  return fail(ErrorKind::Invalid, "paths_too_large",
              "The paths, excludes and tags of a source group have together at most about 800 KiB.");
}

// What the other groups and the repositories of its host leave to a group that is stored.
Result<> check_beside(store::View& view, const store::SourceGroup& group) {
  const auto has_its_name = [&](const auto& other) { return other.id != group.id && other.name == group.name; };
  if (std::ranges::any_of(store::list_source_groups(view, group.host), has_its_name))
    return fail(ErrorKind::Conflict, "name_taken", "This host has a source group of this name already.");
  for (const auto& repository : store::repositories_of(view, group.host)) {
    if (auto checked = check_not_inside(repository, group); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<> check_not_inside(const store::Repository& repository, const store::SourceGroup& group) {
  if (!core::is_inside_sources(repository.url, group.sources)) return {};
  return fail(ErrorKind::Conflict, "path_holds_repository",
              fmt::format("The repository {} is the folder {}, which lies inside the paths of the source group {}: "
                          "exclude the folder there, or each backup holds the ones before it.",
                          repository.name, repository.url, group.name));
}

Task<Result<core::SourceGroupId>> Hosts::add_source_group(core::HostId host, std::string name, core::SourceSet sources,
                                                          Actor actor, std::optional<std::chrono::seconds> backup_age) {
  if (auto checked = check(name, sources, backup_age); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const store::SourceGroup group{new_id<core::SourceGroupId>(now), host, name, sources, now, backup_age};
  bool status_changed = false;
  const auto insert = [&](store::Transaction& tx) -> Result<> {
    if (!store::find_host(tx, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    if (auto checked = check_beside(tx, group); !checked) return checked;
    store::add_source_group(tx, group);
    status_changed = watch_.judge(tx, host, now);
    store::add_audit(tx, {now, actor.name, "source_group.add", group.id.text(), name, actor.address});
    return {};
  };
  const Result<> added = co_await database_.write(insert);
  if (!added) co_return std::unexpected(added.error());
  watch_.tell(host, status_changed);
  co_return group.id;
}

Task<Result<>> Hosts::change_source_group(core::SourceGroupId id, std::string name, core::SourceSet sources,
                                          Actor actor, std::optional<std::chrono::seconds> backup_age) {
  if (auto checked = check(name, sources, backup_age); !checked) co_return checked;
  const auto now = clock_.now();
  bool status_changed = false;
  const auto update = [&](store::Transaction& tx) -> Result<core::HostId> {
    auto group = store::find_source_group(tx, id);
    if (!group) return no_group();
    group->name = name;
    group->sources = sources;
    group->backup_age = backup_age;
    if (auto checked = check_beside(tx, *group); !checked) return std::unexpected(checked.error());
    store::update_source_group(tx, *group);
    status_changed = watch_.judge(tx, group->host, now);
    store::add_audit(tx, {now, actor.name, "source_group.change", id.text(), name, actor.address});
    return group->host;
  };
  const Result<core::HostId> host = co_await database_.write(update);
  if (!host) co_return std::unexpected(host.error());
  watch_.tell(*host, status_changed);
  co_return Result<>{};
}

Task<Result<>> Hosts::remove_source_group(core::SourceGroupId id, Actor actor) {
  const auto now = clock_.now();
  bool status_changed = false;
  const auto erase = [&](store::Transaction& tx) -> std::optional<core::HostId> {
    const auto group = store::find_source_group(tx, id);
    if (!group || !store::remove_source_group(tx, id)) return std::nullopt;
    status_changed = watch_.judge(tx, group->host, now);
    store::add_audit(tx, {now, actor.name, "source_group.remove", id.text(), group->name, actor.address});
    return group->host;
  };
  const auto host = co_await database_.write(erase);
  if (!host) co_return no_group();
  watch_.tell(*host, status_changed);
  co_return Result<>{};
}

}  // namespace holdfast::fleet
