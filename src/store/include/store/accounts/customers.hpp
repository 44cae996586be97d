#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

// Customers beyond their names, the keys by which their nodes report, and what people add to hosts.
namespace holdfast::store {

// While paused nothing is raised.
struct Pause {
  std::optional<core::Time> until;  // empty: without an end
  std::string reason;
  std::string by;
  core::Time since;

  bool operator==(const Pause&) const = default;
};

std::optional<Customer> find_customer_by_slug(View& view, std::string_view slug);
std::vector<Customer> list_customers(View& view);  // by name
// False when the slug is taken.
bool add_customer(Transaction& transaction, const Customer& customer);
bool rename_customer(Transaction& transaction, const core::CustomerId& id, std::string_view name);
bool set_customer_notes(Transaction& transaction, const core::CustomerId& id, std::string_view notes);
std::string customer_notes(View& view, const core::CustomerId& id);
// With its keys and enrolment tokens. False when there is none, it is the default one, or it still has hosts or
// repositories.
bool remove_customer(Transaction& transaction, const core::CustomerId& id);
// Pauses are kept as they were set: whoever reads one compares `until` with the clock.
void set_customer_pause(Transaction& transaction, const core::CustomerId& id, const std::optional<Pause>& pause);
std::optional<Pause> customer_pause(View& view, const core::CustomerId& id);
std::vector<Host> hosts_of_customer(View& view, const core::CustomerId& id);  // by name

using CustomerKeyId = core::Id<struct CustomerKeyTag>;

// What a key opens. One that stands in an address shows in the logs of whoever is on the way, so it can do no more than
// ping.
enum class KeyKind {
  Report,     // sends reports and reads
  Ping,       // pings any host of the customer
  Heartbeat,  // pings the one host that it names
};

// A key is only here as its hash; `hint` are its last four characters, so that people tell keys apart.
struct CustomerKey {
  CustomerKeyId id;
  core::CustomerId customer;
  std::string token_hash;
  std::string hint;
  std::string created_by;
  core::Time created_at;
  std::optional<core::Time> expires_at;    // set on an old one when it is rotated
  std::optional<core::Time> last_used_at;  // to the minute
  KeyKind kind = KeyKind::Report;
  std::string host_name = {};     // of a heartbeat: as reports would call its host
  std::chrono::seconds every{0};  // of one: how far apart pings are expected; 0: as reports are
};
void add_customer_key(Transaction& transaction, const CustomerKey& key);
// Also finds expired ones: the caller compares expires_at with its clock.
std::optional<CustomerKey> find_customer_key(View& view, std::string_view token_hash);
std::vector<CustomerKey> list_customer_keys(View& view, const core::CustomerId& customer);  // newest first
std::vector<CustomerKey> list_all_customer_keys(View& view);
// Writes only when the minute is another, so that it may be called for every report.
void touch_customer_key(Transaction& transaction, const CustomerKeyId& id, core::Time at);
// Those for reports; those that end sooner stay so.
void expire_customer_keys(Transaction& transaction, const core::CustomerId& customer, core::Time at);
bool remove_customer_key(Transaction& transaction, const CustomerKeyId& id);

void set_host_pause(Transaction& transaction, const core::HostId& id, const std::optional<Pause>& pause);
std::optional<Pause> host_pause(View& view, const core::HostId& id);
// In lower case, each 1 to 40 characters; replaces all.
void set_host_tags(Transaction& transaction, const core::HostId& id, const std::vector<std::string>& tags);
std::vector<std::string> host_tags(View& view, const core::HostId& id);  // sorted
std::vector<std::string> list_tags(View& view);                          // all that are in use, sorted
bool set_host_notes(Transaction& transaction, const core::HostId& id, std::string_view notes);
std::string host_notes(View& view, const core::HostId& id);
bool set_needs_backup(Transaction& transaction, const core::HostId& id, bool needs_backup);
// False when there is no such host or customer, or the customer has a host whose reports carry the same name.
bool move_host(Transaction& transaction, const core::HostId& id, const core::CustomerId& customer);

// By what a report calls its host within its customer. A host keeps that name when people rename it.
std::optional<Host> find_host_by_report_name(View& view, const core::CustomerId& customer, std::string_view name);
// The same by what the report calls both.
std::optional<Host> find_reporting_host(View& view, std::string_view customer_slug, std::string_view name);
// The customer must not have another host of that report name.
void set_report_name(Transaction& transaction, const core::HostId& id, std::string_view name);

}  // namespace holdfast::store
