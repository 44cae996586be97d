#include "sqlite.hpp"
#include "store/hosts.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kDefault = "SELECT uid, slug, name, created_at FROM customers WHERE slug = 'default'";
constexpr std::string_view kFind = "SELECT uid, slug, name, created_at FROM customers WHERE uid = ?1";

Customer read_customer(Statement& row) {
  Customer customer;
  row.read(customer.id, customer.slug, customer.name, customer.created_at);
  return customer;
}

}  // namespace

Customer default_customer(View& view) {
  std::optional<Customer> customer = view.connection().find(kDefault, read_customer);
  if (!customer) throw DatabaseError("The default customer is missing from the database.");
  return std::move(*customer);
}

std::optional<Customer> find_customer(View& view, const core::CustomerId& id) {
  return view.connection().find(kFind, read_customer, id);
}

}  // namespace holdfast::store
