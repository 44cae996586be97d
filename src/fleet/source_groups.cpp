#include "fleet/hosts.hpp"
#include "new_id.hpp"
#include "store/accounts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto no_group() {
  return fail(ErrorKind::NotFound, "no_such_source_group", "There is no such source group.");
}

Result<> check(std::string_view name, const core::SourceSet& sources) {
  if (auto checked = core::check_name("The source group name", name); !checked) return checked;
  return core::check_source_set(sources);
}

}  // namespace

Task<Result<core::SourceGroupId>> Hosts::add_source_group(core::HostId host, std::string name, core::SourceSet sources,
                                                          Actor actor) {
  if (auto checked = check(name, sources); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const store::SourceGroup group{new_id<core::SourceGroupId>(now), host, name, sources, now};
  bool status_changed = false;
  const auto insert = [&](store::Transaction& tx) {
    if (!store::find_host(tx, host)) return false;
    store::add_source_group(tx, group);
    status_changed = watch_.judge(tx, host, now);
    store::add_audit(tx, {now, actor.name, "source_group.add", group.id.text(), name, actor.address});
    return true;
  };
  const bool added = co_await database_.write(insert);
  if (!added) co_return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
  watch_.tell(host, status_changed);
  co_return group.id;
}

Task<Result<>> Hosts::change_source_group(core::SourceGroupId id, std::string name, core::SourceSet sources,
                                          Actor actor) {
  if (auto checked = check(name, sources); !checked) co_return checked;
  const auto update = [&](store::Transaction& tx) -> std::optional<core::HostId> {
    auto group = store::find_source_group(tx, id);
    if (!group) return std::nullopt;
    group->name = name;
    group->sources = sources;
    store::update_source_group(tx, *group);
    store::add_audit(tx, {clock_.now(), actor.name, "source_group.change", id.text(), name, actor.address});
    return group->host;
  };
  const auto host = co_await database_.write(update);
  if (!host) co_return no_group();
  live_.publish(Topic::Host, host->text());
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
