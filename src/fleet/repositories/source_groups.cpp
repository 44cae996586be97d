#include <fmt/format.h>

#include <algorithm>

#include "core/status/limits.hpp"
#include "fleet/hosts/hosts.hpp"
#include "jobs/plan_rules.hpp"
#include "new_id.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto no_group() {
  return fail(ErrorKind::NotFound, "no_such_source_group", "There is no such source group.");
}

Result<> check_group(std::string_view name, const core::SourceSet& sources,
                     std::optional<std::chrono::seconds> backup_age) {
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
Result<> check_beside(store::View& view, const core::SourceGroup& group) {
  const auto has_its_name = [&](const auto& other) { return other.id != group.id && other.name == group.name; };
  if (std::ranges::any_of(store::list_source_groups(view, group.host), has_its_name))
    return fail(ErrorKind::Conflict, "name_taken", "This host has a source group of this name already.");
  for (const auto& repository : store::repositories_of(view, group.host)) {
    if (auto checked = check_not_inside(repository, group); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<> check_not_inside(const core::Repository& repository, const core::SourceGroup& group) {
  if (!core::is_inside_sources(repository.url, group.sources)) return {};
  return fail(ErrorKind::Conflict, "path_holds_repository",
              fmt::format("The repository {} is the folder {}, which lies inside the paths of the source group {}: "
                          "exclude the folder there, or each backup holds the ones before it.",
                          repository.name, repository.url, group.name));
}

Task<Result<core::SourceGroupId>> Hosts::add_source_group(core::HostId host, std::string name, core::SourceSet sources,
                                                          Actor actor, std::optional<std::chrono::seconds> backup_age) {
  if (auto checked = check_group(name, sources, backup_age); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const core::SourceGroup group{new_id<core::SourceGroupId>(now), host, name, sources, now, backup_age};
  const auto insert = [&](Unit& unit) -> Result<core::SourceGroupId> {
    if (!store::find_host(unit, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    if (auto checked = check_beside(unit, group); !checked) return std::unexpected(checked.error());
    store::add_source_group(unit, group);
    unit.judge(host);
    unit.audit("source_group.add", group.id.text(), name);
    return group.id;
  };
  co_return co_await units_.run(std::move(actor), insert);
}

Task<Result<>> Hosts::change_source_group(core::SourceGroupId id, std::string name, core::SourceSet sources,
                                          Actor actor, std::optional<std::chrono::seconds> backup_age) {
  if (auto checked = check_group(name, sources, backup_age); !checked) co_return checked;
  const auto update = [&](Unit& unit) -> Result<> {
    auto group = store::find_source_group(unit, id);
    if (!group) return no_group();
    group->name = name;
    group->sources = sources;
    group->backup_age = backup_age;
    if (auto checked = check_beside(unit, *group); !checked) return checked;
    store::update_source_group(unit, *group);
    unit.judge(group->host);
    unit.audit("source_group.change", id.text(), name);
    return {};
  };
  co_return co_await units_.run(std::move(actor), update);
}

Task<Result<>> Hosts::remove_source_group(core::SourceGroupId id, Actor actor) {
  const auto erase = [&](Unit& unit) -> Result<> {
    const auto group = store::find_source_group(unit, id);
    if (!group || !store::remove_source_group(unit, id)) return no_group();
    unit.judge(group->host);
    unit.audit("source_group.remove", id.text(), group->name);
    return {};
  };
  co_return co_await units_.run(std::move(actor), erase);
}

}  // namespace holdfast::fleet
