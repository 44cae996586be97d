#include "store/reports/report_places.hpp"

#include <string>

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

// By the customer, because hosts are indexed by it.
constexpr std::string_view kToAdopt =
    "SELECT uid FROM hosts WHERE customer = (SELECT id FROM customers WHERE uid = ?) AND enrolled "
    "AND report_name IS NULL AND (name = ? OR hostname = ?) ORDER BY id LIMIT 1";
constexpr std::string_view kCountCustomers = "SELECT count(*) FROM customers";
constexpr std::string_view kCountHosts =
    "SELECT count(*) FROM hosts WHERE customer = (SELECT id FROM customers WHERE uid = ?) AND removed_at IS NULL";

}  // namespace

std::optional<core::Host> find_host_to_adopt(View& view, const core::CustomerId& customer, std::string_view name) {
  const auto id = connection_of(view).find(kToAdopt, read_text, customer, name, name);
  return id ? find_host(view, core::HostId(*id)) : std::nullopt;
}

std::size_t count_customers(View& view) {
  return static_cast<std::size_t>(connection_of(view).number(kCountCustomers));
}

std::size_t count_hosts_of(View& view, const core::CustomerId& customer) {
  return static_cast<std::size_t>(connection_of(view).number(kCountHosts, customer));
}

}  // namespace holdfast::store
