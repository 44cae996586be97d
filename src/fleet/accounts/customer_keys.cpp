#include <fmt/format.h>

#include <algorithm>

#include "core/jobs/backup.hpp"
#include "fleet/accounts/customers.hpp"
#include "new_id.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kHintLength = 4;

std::size_t limit_of(core::KeyKind kind) {
  return kind == core::KeyKind::Heartbeat ? kMaxHeartbeats : kMaxKeys;
}

bool has_room(store::View& view, const core::CustomerKey& fresh) {
  const auto keys = store::list_customer_keys(view, fresh.customer);
  const auto counts = [&](const auto& key) {
    return key.kind == fresh.kind && (!key.expires_at || *key.expires_at > fresh.created_at);
  };
  return static_cast<std::size_t>(std::ranges::count_if(keys, counts)) < limit_of(fresh.kind);
}

std::string_view prefix_of(core::KeyKind kind) {
  return kind == core::KeyKind::Ping ? "hfp" : "hfk";
}

// As Healthchecks has them: of version 4, in lower case.
std::string make_uuid() {
  constexpr std::size_t kBytes = 16;
  std::string uuid = runtime::to_hex(runtime::random_bytes(kBytes));
  uuid[12] = '4';
  uuid[16] = "89ab"[static_cast<unsigned char>(uuid[16]) % 4];
  for (const std::size_t place : {20, 16, 12, 8}) uuid.insert(place, 1, '-');
  return uuid;
}

std::string_view action_of(const core::CustomerKey& key, bool others_end) {
  if (key.kind == core::KeyKind::Ping) return "ping_key.make";
  if (key.kind == core::KeyKind::Heartbeat) return "heartbeat.make";
  return others_end ? "customer_key.rotate" : "customer_key.make";
}

core::CustomerKey key_of(core::CustomerId id, core::KeyKind kind) {
  core::CustomerKey key;
  key.customer = std::move(id);
  key.kind = kind;
  return key;
}

}  // namespace

Task<Result<MadeKey>> Customers::add_key(core::CustomerKey key, std::string token, bool others_end, Actor actor) {
  const auto now = clock_.now();
  key.id = new_id<core::CustomerKeyId>(now);
  key.token_hash = runtime::token_hash(token);
  key.hint = token.substr(token.size() - kHintLength);
  key.created_by = actor.name;
  key.created_at = now;
  const auto insert = [&](Unit& unit) -> Result<> {
    if (!store::find_customer(unit, key.customer))
      return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
    if (!has_room(unit, key))
      return fail(ErrorKind::Conflict, "too_many_keys",
                  fmt::format("This customer has {} keys already: revoke one first.", limit_of(key.kind)));
    if (others_end) store::expire_customer_keys(unit, key.customer, now + kKeyOverlap);
    store::add_customer_key(unit, key);
    unit.audit(action_of(key, others_end), key.customer.text(), "…" + key.hint);
    unit.tell(Topic::Customer, key.customer.text());
    return {};
  };
  const Result<> added = co_await units_.run(std::move(actor), insert);
  if (!added) co_return std::unexpected(added.error());
  co_await keys_.reload(key.customer);
  co_return MadeKey{key.id, std::move(token), key.hint, key.kind};
}

Task<Result<MadeKey>> Customers::make_key(core::CustomerId id, Actor actor) {
  constexpr auto kKind = core::KeyKind::Report;
  return add_key(key_of(std::move(id), kKind), runtime::make_token(prefix_of(kKind)), false, std::move(actor));
}

Task<Result<MadeKey>> Customers::rotate_key(core::CustomerId id, Actor actor) {
  constexpr auto kKind = core::KeyKind::Report;
  return add_key(key_of(std::move(id), kKind), runtime::make_token(prefix_of(kKind)), true, std::move(actor));
}

Task<Result<MadeKey>> Customers::make_ping_key(core::CustomerId id, Actor actor) {
  constexpr auto kKind = core::KeyKind::Ping;
  return add_key(key_of(std::move(id), kKind), runtime::make_token(prefix_of(kKind)), false, std::move(actor));
}

Task<Result<MadeKey>> Customers::make_heartbeat(core::CustomerId id, std::string host_name, std::chrono::seconds every,
                                                Actor actor) {
  host_name = text::trim(host_name);
  if (auto checked = core::check_name("The host name", host_name); !checked) co_return std::unexpected(checked.error());
  if (every.count() < 0 || every > kLongestHeartbeat)
    co_return fail(ErrorKind::Invalid, "every_invalid", "Pings are expected at least once in 366 days.");
  auto key = key_of(std::move(id), core::KeyKind::Heartbeat);
  key.host_name = std::move(host_name);
  key.every = every;
  co_return co_await add_key(std::move(key), make_uuid(), false, std::move(actor));
}

Task<Result<>> Customers::revoke_key(core::CustomerId customer, core::CustomerKeyId id, Actor actor) {
  const auto erase = [&](Unit& unit) -> Result<> {
    const auto keys = store::list_customer_keys(unit, customer);
    const auto found = std::ranges::find(keys, id, &core::CustomerKey::id);
    if (found == keys.end() || !store::remove_customer_key(unit, id))
      return fail(ErrorKind::NotFound, "no_such_key", "This customer has no such key.");
    unit.audit("customer_key.revoke", customer.text(), "…" + found->hint);
    unit.tell(Topic::Customer, customer.text());
    return {};
  };
  Result<> removed = co_await units_.run(std::move(actor), erase);
  if (removed) keys_.remove(id);
  co_return removed;
}

}  // namespace holdfast::fleet
