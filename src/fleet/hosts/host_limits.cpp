#include <fmt/format.h>

#include "fleet/hosts/hosts.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/hosts/limits.hpp"
#include "store/sqlite/database.hpp"

// Limits of hosts, tags and customers.
namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::LimitSet;
using core::Result;

// For the audit: "backup 168 h, disk down 95%".
std::string describe(const LimitSet& limits) {
  std::string text;
  const auto add = [&](std::string_view name, const auto& value, std::string_view unit) {
    if (value) text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", name, *value, unit);
  };
  const auto seconds = [](const auto& time) { return time ? std::optional(time->count()) : std::nullopt; };
  add("backup", seconds(limits.backup_age), " s");
  add("silence warning", seconds(limits.silence_warning), " s");
  add("silence down", seconds(limits.silence_down), " s");
  add("failures", limits.failures_down, "");
  add("disk warning", limits.disk_warning, "%");
  add("disk down", limits.disk_down, "%");
  return text.empty() ? "as the hub has them" : text;
}

}  // namespace

Task<Result<HostLimits>> Hosts::limits(core::HostId id, Scope scope) {
  const auto look = [&, hub = watch_.limits()](store::View& view) -> std::optional<HostLimits> {
    const auto host = store::find_host(view, id);
    if (!host || !scope.sees(host->customer)) return std::nullopt;
    return HostLimits{core::resolve_limits(hub, store::limits_on(view, id)), store::limits_of(view, id)};
  };
  auto limits = co_await database_.read(look);
  if (!limits) co_return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
  co_return *std::move(limits);
}

Task<Result<LimitSet>> Hosts::customer_limits(core::CustomerId id) {
  const auto look = [&](store::View& view) -> std::optional<LimitSet> {
    if (!store::find_customer(view, id)) return std::nullopt;
    return store::limits_of(view, id);
  };
  const auto limits = co_await database_.read(look);
  if (!limits) co_return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
  co_return *limits;
}

Task<std::map<std::string, LimitSet>> Hosts::tag_limits() {
  const auto look = [](store::View& view) { return store::list_tag_limits(view); };
  co_return co_await database_.read(look);
}

Task<Result<>> Hosts::set_limits(core::HostId id, LimitSet limits, Actor actor) {
  if (auto checked = core::check_limits(limits); !checked) co_return checked;
  const auto set = [&](Unit& unit) -> Result<> {
    if (!store::find_host(unit, id)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    store::set_limits(unit, id, limits);
    unit.judge(id);
    unit.audit("host.limits", id.text(), describe(limits));
    return {};
  };
  co_return co_await units_.run(std::move(actor), set);
}

Task<Result<>> Hosts::set_customer_limits(core::CustomerId id, LimitSet limits, Actor actor) {
  if (auto checked = core::check_limits(limits); !checked) co_return checked;
  const auto set = [&](Unit& unit) -> Result<> {
    const auto customer = store::find_customer(unit, id);
    if (!customer) return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
    store::set_limits(unit, id, limits);
    store::make_due_of_customer(unit, id, unit.now());
    unit.audit("customer.limits", customer->slug, describe(limits));
    unit.tell(Topic::Customer, id.text());
    return {};
  };
  Result<> done = co_await units_.run(std::move(actor), set);
  if (done) co_await watch_.judge_due();
  co_return done;
}

Task<Result<>> Hosts::set_tag_limits(std::string tag, LimitSet limits, Actor actor) {
  const auto tidy = tidy_tag(tag);
  if (!tidy) co_return std::unexpected(tidy.error());
  if (auto checked = core::check_limits(limits); !checked) co_return checked;
  const auto set = [&](Unit& unit) -> Result<> {
    if (limits.is_empty() && store::limits_of_tag(unit, *tidy).is_empty())
      return fail(ErrorKind::NotFound, "no_tag_limits", "No limits are set for this tag.");
    store::set_limits_of_tag(unit, *tidy, limits);
    store::make_due_with_tag(unit, *tidy, unit.now());
    unit.audit("tag.limits", *tidy, describe(limits));
    return {};
  };
  Result<> done = co_await units_.run(std::move(actor), set);
  if (done) co_await watch_.judge_due();
  co_return done;
}

}  // namespace holdfast::fleet
