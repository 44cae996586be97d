#include "store/accounts/customers.hpp"

#include <string>

#include "hosts/pauses.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect = "SELECT uid, slug, name, created_at FROM customers ";
const std::string kDefault = kSelect + "WHERE slug = 'default'";
const std::string kFind = kSelect + "WHERE uid = ?";
const std::string kFindBySlug = kSelect + "WHERE slug = ?";
const std::string kList = kSelect + "ORDER BY " + ignoring_case("name") + ", slug";

constexpr std::string_view kAdd =
    "INSERT INTO customers (uid, slug, name, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (slug) DO NOTHING";
constexpr std::string_view kRename = "UPDATE customers SET name = ? WHERE uid = ?";
constexpr std::string_view kSetNotes = "UPDATE customers SET notes = ? WHERE uid = ?";
constexpr std::string_view kNotes = "SELECT notes FROM customers WHERE uid = ?";
constexpr std::string_view kSetPause =
    "UPDATE customers SET paused_since = ?, paused_until = ?, pause_reason = ?, paused_by = ? WHERE uid = ?";
constexpr std::string_view kPause =
    "SELECT paused_since, paused_until, pause_reason, paused_by FROM customers WHERE uid = ?";

constexpr std::string_view kRemovable =
    "SELECT id FROM customers AS c WHERE uid = ? AND slug <> 'default' "
    "AND NOT EXISTS (SELECT 1 FROM hosts WHERE customer = c.id) "
    "AND NOT EXISTS (SELECT 1 FROM repositories WHERE customer = c.id)";
constexpr std::string_view kRemoveTokens = "DELETE FROM enrolment_tokens WHERE customer = ?";
constexpr std::string_view kRemove = "DELETE FROM customers WHERE id = ?";

core::Customer read_customer(Statement& row) {
  core::Customer customer;
  row.read(customer.id, customer.slug, customer.name, customer.created_at);
  return customer;
}

}  // namespace

core::Customer default_customer(View& view) {
  std::optional<core::Customer> customer = connection_of(view).find(kDefault, read_customer);
  if (!customer) throw core::DatabaseError("The default customer is missing from the database.");
  return std::move(*customer);
}

std::optional<core::Customer> find_customer(View& view, const core::CustomerId& id) {
  return connection_of(view).find(kFind, read_customer, id);
}

std::optional<core::Customer> find_customer_by_slug(View& view, std::string_view slug) {
  return connection_of(view).find(kFindBySlug, read_customer, slug);
}

std::vector<core::Customer> list_customers(View& view) {
  return connection_of(view).list(kList, read_customer);
}

bool add_customer(Transaction& transaction, const core::Customer& customer) {
  return connection_of(transaction).run(kAdd, customer.id, customer.slug, customer.name, customer.created_at) == 1;
}

bool rename_customer(Transaction& transaction, const core::CustomerId& id, std::string_view name) {
  return connection_of(transaction).run(kRename, name, id) == 1;
}

bool set_customer_notes(Transaction& transaction, const core::CustomerId& id, std::string_view notes) {
  return connection_of(transaction).run(kSetNotes, notes, id) == 1;
}

std::string customer_notes(View& view, const core::CustomerId& id) {
  return connection_of(view).find(kNotes, read_text, id).value_or("");
}

// A token left behind would enrol a host of nobody.
bool remove_customer(Transaction& transaction, const core::CustomerId& id) {
  const std::int64_t key = connection_of(transaction).number(kRemovable, id);
  if (key == 0) return false;
  connection_of(transaction).run(kRemoveTokens, key);
  return connection_of(transaction).run(kRemove, key) == 1;
}

void set_customer_pause(Transaction& transaction, const core::CustomerId& id, const std::optional<core::Pause>& pause) {
  write_pause(connection_of(transaction), kSetPause, id, pause);
}

std::optional<core::Pause> customer_pause(View& view, const core::CustomerId& id) {
  return connection_of(view).find(kPause, read_pause, id).value_or(std::nullopt);
}

}  // namespace holdfast::store
