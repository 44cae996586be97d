#include "store/reports/refusals.hpp"

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kSetOfHost =
    "UPDATE host_state SET refused_at = ?, refused_why = ? WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kSetOfCustomer = "UPDATE customers SET refused_at = ?, refused_why = ? WHERE uid = ?";
constexpr std::string_view kMakeDue =
    "UPDATE host_state SET changes_at = ? WHERE rank < 2 AND host IN "
    "(SELECT id FROM hosts WHERE customer = (SELECT id FROM customers WHERE uid = ?))";
constexpr std::string_view kFindOfHost =
    "SELECT refused_at, refused_why FROM host_state WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND refused_at > coalesce(received_at, 0)";
constexpr std::string_view kFindOfCustomer =
    "SELECT refused_at, refused_why FROM customers WHERE uid = ? AND refused_at IS NOT NULL";

core::Refusal read_refusal(Statement& row) {
  core::Refusal refusal;
  row.read(refusal.at, refusal.why);
  return refusal;
}

}  // namespace

void set_refusal(Transaction& transaction, const core::HostId& host, const core::Refusal& refusal) {
  connection_of(transaction).run(kSetOfHost, refusal.at, refusal.why, host);
}

void set_refusal(Transaction& transaction, const core::CustomerId& customer, const core::Refusal& refusal) {
  connection_of(transaction).run(kSetOfCustomer, refusal.at, refusal.why, customer);
  connection_of(transaction).run(kMakeDue, refusal.at, customer);
}

std::optional<core::Refusal> find_refusal(View& view, const core::HostId& host) {
  return connection_of(view).find(kFindOfHost, read_refusal, host);
}

std::optional<core::Refusal> find_refusal(View& view, const core::CustomerId& customer) {
  return connection_of(view).find(kFindOfCustomer, read_refusal, customer);
}

}  // namespace holdfast::store
