#include <string>

#include "sqlite/sqlite.hpp"
#include "store/accounts/customers.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    "SELECT k.uid, c.uid, k.token_hash, k.hint, k.created_by, k.created_at, k.expires_at, k.last_used_at, k.kind, "
    "k.host_name, k.every "
    "FROM customer_keys AS k JOIN customers AS c ON c.id = k.customer ";
const std::string kFind = kSelect + "WHERE k.token_hash = ?";
const std::string kListOfCustomer =
    kSelect + "WHERE k.customer = (SELECT id FROM customers WHERE uid = ?) ORDER BY k.id DESC";
const std::string kListAll = kSelect + "ORDER BY k.id DESC";

constexpr std::string_view kAdd =
    "INSERT INTO customer_keys (uid, customer, token_hash, hint, created_by, created_at, expires_at, last_used_at, "
    "kind, host_name, every) "
    "VALUES (?, (SELECT id FROM customers WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kTouch =
    "UPDATE customer_keys SET last_used_at = ? WHERE uid = ? AND coalesce(last_used_at, 0) < ?";
constexpr std::string_view kExpire =
    "UPDATE customer_keys SET expires_at = ? "
    "WHERE customer = (SELECT id FROM customers WHERE uid = ?) AND kind = 0 AND (expires_at IS NULL OR expires_at > ?)";
constexpr std::string_view kRemove = "DELETE FROM customer_keys WHERE uid = ?";

core::KeyKind kind_of(int number) {
  return number == 1 ? core::KeyKind::Ping : number == 2 ? core::KeyKind::Heartbeat : core::KeyKind::Report;
}

int number_of(core::KeyKind kind) {
  return kind == core::KeyKind::Report ? 0 : kind == core::KeyKind::Ping ? 1 : 2;
}

core::CustomerKey read_key(Statement& row) {
  core::CustomerKey key;
  int kind = 0;
  std::int64_t every = 0;
  row.read(key.id, key.customer, key.token_hash, key.hint, key.created_by, key.created_at, key.expires_at,
           key.last_used_at, kind, key.host_name, every);
  key.kind = kind_of(kind);
  key.every = std::chrono::seconds(every);
  return key;
}

}  // namespace

void add_customer_key(Transaction& transaction, const core::CustomerKey& key) {
  connection_of(transaction)
      .run(kAdd, key.id, key.customer, Blob{key.token_hash}, key.hint, key.created_by, key.created_at, key.expires_at,
           key.last_used_at, number_of(key.kind), key.host_name, key.every.count());
}

std::optional<core::CustomerKey> find_customer_key(View& view, std::string_view token_hash) {
  return connection_of(view).find(kFind, read_key, Blob{token_hash});
}

std::vector<core::CustomerKey> list_customer_keys(View& view, const core::CustomerId& customer) {
  return connection_of(view).list(kListOfCustomer, read_key, customer);
}

std::vector<core::CustomerKey> list_all_customer_keys(View& view) {
  return connection_of(view).list(kListAll, read_key);
}

void touch_customer_key(Transaction& transaction, const core::CustomerKeyId& id, core::Time at) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(at);
  connection_of(transaction).run(kTouch, core::Time(minute), id, core::Time(minute));
}

void expire_customer_keys(Transaction& transaction, const core::CustomerId& customer, core::Time at) {
  connection_of(transaction).run(kExpire, at, customer, at);
}

bool remove_customer_key(Transaction& transaction, const core::CustomerKeyId& id) {
  return connection_of(transaction).run(kRemove, id) == 1;
}

}  // namespace holdfast::store
