#include "fleet/accounts/key_ring.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

#include <vector>

namespace holdfast::fleet {

void KeyRing::add(const core::CustomerKey& key, const std::string& customer_slug) {
  keys_[key.token_hash] = {key.id,         key.customer, customer_slug, key.hint,
                           key.expires_at, key.kind,     key.host_name, key.every};
}

Task<> KeyRing::load() {
  std::unordered_map<core::CustomerId, std::string> slugs;
  const auto look = [&](store::View& view) {
    for (const auto& customer : store::list_customers(view)) slugs[customer.id] = customer.slug;
    return store::list_all_customer_keys(view);
  };
  const auto all = co_await database_.read(look);
  keys_.clear();
  for (const auto& key : all) add(key, slugs[key.customer]);
}

Task<> KeyRing::reload(core::CustomerId customer) {
  std::string slug;
  std::vector<core::CustomerKey> all;
  std::uint64_t begun = 0;
  const auto look = [&](store::View& view) {
    if (const auto found = store::find_customer(view, customer)) slug = found->slug;
    return store::list_customer_keys(view, customer);
  };
  while (begun <= settled_) {
    begun = ++last_begun_;
    all = co_await database_.read(look);
  }
  settled_ = begun;
  std::erase_if(keys_, [&](const auto& entry) { return entry.second.customer == customer; });
  for (const auto& key : all) add(key, slug);
}

void KeyRing::remove(const core::CustomerKeyId& id) {
  std::erase_if(keys_, [&](const auto& entry) { return entry.second.id == id; });
  settled_ = ++last_begun_;
}

std::optional<KeyRing::Key> KeyRing::use(std::string_view token_hash, core::Time now) {
  const auto found = keys_.find(std::string(token_hash));
  if (found == keys_.end()) return std::nullopt;
  const Key& key = found->second;
  if (key.expires_at && *key.expires_at <= now) return std::nullopt;
  unsaved_[key.id] = now;
  return key;
}

Task<> KeyRing::save_last_used() {
  const auto used = unsaved_;
  if (used.empty()) co_return;
  const auto save = [&](store::Transaction& tx) {
    for (const auto& [id, at] : used) store::touch_customer_key(tx, id, at);
  };
  co_await database_.write(save);
  std::erase_if(unsaved_, [&](const auto& entry) {
    const auto saved = used.find(entry.first);
    return saved != used.end() && saved->second == entry.second;
  });
}

std::optional<core::Time> KeyRing::last_used(const core::CustomerKeyId& id) const {
  const auto found = unsaved_.find(id);
  return found == unsaved_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace holdfast::fleet
