#include "store/reports/refusals.hpp"

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kSetOfHost =
    "UPDATE host_state SET refused_at = ?2, refused_why = ?3 WHERE host = (SELECT id FROM hosts WHERE uid = ?1)";
constexpr std::string_view kSetOfCustomer = "UPDATE customers SET refused_at = ?2, refused_why = ?3 WHERE uid = ?1";
constexpr std::string_view kMakeDue =
    "UPDATE host_state SET changes_at = ?2 WHERE rank < 2 AND host IN "
    "(SELECT id FROM hosts WHERE customer = (SELECT id FROM customers WHERE uid = ?1))";
constexpr std::string_view kFindOfHost =
    "SELECT refused_at, refused_why FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?1) "
    "AND refused_at > coalesce(received_at, 0)";
constexpr std::string_view kFindOfCustomer =
    "SELECT refused_at, refused_why FROM customers WHERE uid = ?1 AND refused_at IS NOT NULL";

Refusal read_refusal(Statement& row) {
  Refusal refusal;
  row.read(refusal.at, refusal.why);
  return refusal;
}

}  // namespace

void set_refusal(Transaction& transaction, const core::HostId& host, const Refusal& refusal) {
  connection_of(transaction).run(kSetOfHost, host, refusal.at, refusal.why);
}

void set_refusal(Transaction& transaction, const core::CustomerId& customer, const Refusal& refusal) {
  connection_of(transaction).run(kSetOfCustomer, customer, refusal.at, refusal.why);
  connection_of(transaction).run(kMakeDue, customer, refusal.at);
}

std::optional<Refusal> find_refusal(View& view, const core::HostId& host) {
  return connection_of(view).find(kFindOfHost, read_refusal, host);
}

std::optional<Refusal> find_refusal(View& view, const core::CustomerId& customer) {
  return connection_of(view).find(kFindOfCustomer, read_refusal, customer);
}

}  // namespace holdfast::store
