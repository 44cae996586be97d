#include "fleet/accounts/customers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/jobs/backup.hpp"
#include "fleet/hosts/hosts.hpp"
#include "hosts/pauses.hpp"
#include "new_id.hpp"
#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/refusals.hpp"
#include "store/sqlite/database.hpp"
#include "text/utf8.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

auto no_customer() {
  return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
}

std::optional<core::Customer> find_customer(store::View& view, const std::string& id_or_slug) {
  const auto id = core::CustomerId::parse(id_or_slug);
  auto customer = id ? store::find_customer(view, *id) : std::nullopt;
  return customer ? customer : store::find_customer_by_slug(view, id_or_slug);
}

std::vector<core::CustomerKey> read_keys(store::View& view, const core::CustomerId& customer, core::Time now) {
  auto keys = store::list_customer_keys(view, customer);
  std::erase_if(keys, [now](const auto& key) { return key.expires_at && *key.expires_at <= now; });
  for (auto& key : keys) key.token_hash.clear();
  return keys;
}

Result<> check_texts(std::string_view name, std::string_view notes) {
  if (auto checked = core::check_name("The customer name", name); !checked) return checked;
  if (notes.size() <= kMaxNotesBytes && text::is_valid_utf8(notes)) return {};
  return fail(ErrorKind::Invalid, "notes_invalid",
              fmt::format("Notes are UTF-8 text of at most {} bytes.", kMaxNotesBytes));
}

// `after` of the page that begins behind the row at `index`.
std::string cursor_at(store::View& view, core::CustomerQuery query, std::size_t index, core::Time now) {
  query.after.clear();
  query.skip = index;
  query.limit = 1;
  const auto rows = store::list_customer_rows(view, query, now);
  return rows.empty() ? std::string() : store::after_worst_first(rows.front());
}

CustomerListPage read_page(store::View& view, const core::CustomerQuery& query, core::Time now) {
  auto all = query;
  all.after.clear();
  CustomerListPage page;
  page.rows = store::list_customer_rows(view, query, now);
  page.total = store::count_customers_behind(view, all, now);
  const auto behind = store::count_customers_behind(view, query, now);
  page.before = page.total - std::min(behind, page.total);
  if (page.before > query.limit) page.previous = cursor_at(view, query, page.before - query.limit - 1, now);
  if (behind <= page.rows.size()) return page;
  page.next = store::after_worst_first(page.rows.back());
  page.last = cursor_at(view, query, (page.total - 1) / query.limit * query.limit - 1, now);
  return page;
}

}  // namespace

Task<CustomerListPage> Customers::page(core::CustomerQuery query) {
  query.worst_first = true;
  const auto look = [&, now = clock_.now()](store::View& view) { return read_page(view, query, now); };
  co_return co_await database_.read(look);
}

Task<std::vector<core::CustomerRow>> Customers::list(core::CustomerQuery query) {
  const auto look = [&, now = clock_.now()](store::View& view) { return store::list_customer_rows(view, query, now); };
  co_return co_await database_.read(look);
}

namespace {

// Of one whose host is not known nobody can say when it is over.
std::optional<core::Refusal> read_refusal(store::View& view, const core::CustomerId& customer, core::Time now) {
  constexpr std::chrono::hours kTold{48};
  auto refusal = store::find_refusal(view, customer);
  return refusal && now - refusal->at < kTold ? std::move(refusal) : std::nullopt;
}

}  // namespace

Task<Result<CustomerDetail>> Customers::find(std::string id_or_slug, Scope scope) {
  const auto look = [&, now = clock_.now()](store::View& view) -> Result<CustomerDetail> {
    const auto customer = find_customer(view, id_or_slug);
    if (!customer || !scope.sees(customer->id)) return no_customer();
    core::CustomerQuery query;
    query.only = customer->id;
    auto rows = store::list_customer_rows(view, query, now);
    if (rows.empty()) return no_customer();
    return CustomerDetail{std::move(rows.front()), store::customer_notes(view, customer->id),
                          read_refusal(view, customer->id, now), read_keys(view, customer->id, now)};
  };
  auto detail = co_await database_.read(look);
  if (!detail) co_return detail;
  for (auto& key : detail->keys) {
    if (const auto used = keys_.last_used(key.id)) key.last_used_at = used;
  }
  co_return detail;
}

Task<Result<core::CustomerId>> Customers::add(std::string slug, std::string name, Actor actor) {
  if (auto checked = core::check_customer_slug(slug); !checked) co_return std::unexpected(checked.error());
  if (auto checked = core::check_name("The customer name", name); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const core::Customer customer{new_id<core::CustomerId>(now), slug, name, now};
  const auto insert = [&](Unit& unit) -> Result<core::CustomerId> {
    if (!store::add_customer(unit, customer))
      return fail(ErrorKind::Conflict, "slug_taken", "There is a customer with this id already.");
    unit.audit("customer.add", customer.id.text(), slug);
    unit.tell(Topic::Customer, customer.id.text());
    return customer.id;
  };
  co_return co_await units_.run(std::move(actor), insert);
}

Task<Result<>> Customers::change(core::CustomerId id, std::string name, std::string notes, Actor actor) {
  if (auto checked = check_texts(name, notes); !checked) co_return checked;
  const auto update = [&](Unit& unit) -> Result<> {
    if (!store::rename_customer(unit, id, name)) return no_customer();
    store::set_customer_notes(unit, id, notes);
    unit.audit("customer.change", id.text(), name);
    unit.tell(Topic::Customer, id.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), update);
}

Task<Result<>> Customers::remove(core::CustomerId id, Actor actor) {
  const auto erase = [&](Unit& unit) -> Result<> {
    const auto customer = store::find_customer(unit, id);
    if (!customer) return no_customer();
    if (id == store::default_customer(unit).id)
      return fail(ErrorKind::Conflict, "default_customer", "Hosts without a customer belong to this one, so it stays.");
    if (!store::remove_customer(unit, id))
      return fail(ErrorKind::Conflict, "customer_in_use",
                  "This customer still has hosts or repositories: move or remove them first.");
    unit.audit("customer.remove", id.text(), customer->slug);
    unit.tell(Topic::Customer, id.text());
    return {};
  };
  Result<> removed = co_await units_.run(std::move(actor), erase);
  if (removed) co_await keys_.reload(id);
  co_return removed;
}

Task<Result<>> Customers::pause(core::CustomerId id, std::optional<core::Pause> wanted, Actor actor) {
  const auto pause = complete_pause(std::move(wanted), actor, clock_.now());
  if (!pause) co_return std::unexpected(pause.error());
  const auto update = [&](Unit& unit) -> Result<> {
    if (!store::find_customer(unit, id)) return no_customer();
    store::set_customer_pause(unit, id, *pause);
    unit.judge_hosts_of(id);
    unit.audit(*pause ? "customer.pause" : "customer.resume", id.text(), describe_pause(*pause));
    unit.tell(Topic::Customer, id.text());
    return {};
  };
  co_return co_await units_.run(std::move(actor), update);
}

}  // namespace holdfast::fleet
