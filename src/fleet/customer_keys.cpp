#include <fmt/format.h>

#include <algorithm>

#include "fleet/customers.hpp"
#include "new_id.hpp"
#include "runtime/crypto.hpp"
#include "store/accounts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::string_view kKeyPrefix = "hfk";
constexpr std::size_t kHintLength = 4;

bool has_room(store::View& view, const core::CustomerId& customer, core::Time now) {
  const auto keys = store::list_customer_keys(view, customer);
  const auto valid =
      std::ranges::count_if(keys, [now](const auto& key) { return !key.expires_at || *key.expires_at > now; });
  return static_cast<std::size_t>(valid) < kMaxKeys;
}

}  // namespace

Task<Result<MadeKey>> Customers::add_key(core::CustomerId id, bool others_end, Actor actor) {
  const auto now = clock_.now();
  MadeKey made{new_id<store::CustomerKeyId>(now), runtime::make_token(kKeyPrefix), {}};
  made.hint = made.key.substr(made.key.size() - kHintLength);
  const store::CustomerKey key{made.id, id, runtime::token_hash(made.key), made.hint, actor.name, now, {}, {}};
  const auto insert = [&](store::Transaction& tx) -> Result<> {
    if (!store::find_customer(tx, id))
      return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
    if (!has_room(tx, id, now))
      return fail(ErrorKind::Conflict, "too_many_keys",
                  fmt::format("This customer has {} keys already: revoke one first.", kMaxKeys));
    if (others_end) store::expire_customer_keys(tx, id, now + kKeyOverlap);
    store::add_customer_key(tx, key);
    store::add_audit(tx, {now, actor.name, others_end ? "customer_key.rotate" : "customer_key.make", id.text(),
                          "…" + made.hint, actor.address});
    return {};
  };
  const Result<> added = co_await database_.write(insert);
  if (!added) co_return std::unexpected(added.error());
  co_await keys_.reload(id);
  live_.publish(Topic::Customer, id.text());
  co_return made;
}

Task<Result<MadeKey>> Customers::make_key(core::CustomerId id, Actor actor) {
  co_return co_await add_key(std::move(id), false, std::move(actor));
}

Task<Result<MadeKey>> Customers::rotate_key(core::CustomerId id, Actor actor) {
  co_return co_await add_key(std::move(id), true, std::move(actor));
}

Task<Result<>> Customers::revoke_key(core::CustomerId customer, store::CustomerKeyId id, Actor actor) {
  const auto erase = [&](store::Transaction& tx) {
    const auto keys = store::list_customer_keys(tx, customer);
    const auto found = std::ranges::find(keys, id, &store::CustomerKey::id);
    if (found == keys.end() || !store::remove_customer_key(tx, id)) return false;
    store::add_audit(
        tx, {clock_.now(), actor.name, "customer_key.revoke", customer.text(), "…" + found->hint, actor.address});
    return true;
  };
  const bool removed = co_await database_.write(erase);
  if (!removed) co_return fail(ErrorKind::NotFound, "no_such_key", "This customer has no such key.");
  keys_.remove(id);
  live_.publish(Topic::Customer, customer.text());
  co_return Result<>{};
}

}  // namespace holdfast::fleet
