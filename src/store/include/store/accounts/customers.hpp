#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/accounts/customer.hpp"
#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

// Customers beyond their names, the keys by which their nodes report, and what people add to hosts.
namespace holdfast::store {

std::optional<core::Customer> find_customer_by_slug(View& view, std::string_view slug);
std::vector<core::Customer> list_customers(View& view);  // by name
// False when the slug is taken.
bool add_customer(Transaction& transaction, const core::Customer& customer);
bool rename_customer(Transaction& transaction, const core::CustomerId& id, std::string_view name);
bool set_customer_notes(Transaction& transaction, const core::CustomerId& id, std::string_view notes);
std::string customer_notes(View& view, const core::CustomerId& id);
// With its keys and enrolment tokens. False when there is none, it is the default one, or it still has hosts or
// repositories.
bool remove_customer(Transaction& transaction, const core::CustomerId& id);
// Pauses are kept as they were set: whoever reads one compares `until` with the clock.
void set_customer_pause(Transaction& transaction, const core::CustomerId& id, const std::optional<core::Pause>& pause);
std::optional<core::Pause> customer_pause(View& view, const core::CustomerId& id);
std::vector<core::Host> hosts_of_customer(View& view, const core::CustomerId& id);  // by name

void add_customer_key(Transaction& transaction, const core::CustomerKey& key);
// Also finds expired ones: the caller compares expires_at with its clock.
std::optional<core::CustomerKey> find_customer_key(View& view, std::string_view token_hash);
std::vector<core::CustomerKey> list_customer_keys(View& view, const core::CustomerId& customer);  // newest first
std::vector<core::CustomerKey> list_all_customer_keys(View& view);
// Writes only when the minute is another, so that it may be called for every report.
void touch_customer_key(Transaction& transaction, const core::CustomerKeyId& id, core::Time at);
// Those for reports; those that end sooner stay so.
void expire_customer_keys(Transaction& transaction, const core::CustomerId& customer, core::Time at);
bool remove_customer_key(Transaction& transaction, const core::CustomerKeyId& id);

void set_host_pause(Transaction& transaction, const core::HostId& id, const std::optional<core::Pause>& pause);
std::optional<core::Pause> host_pause(View& view, const core::HostId& id);
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
std::optional<core::Host> find_host_by_report_name(View& view, const core::CustomerId& customer, std::string_view name);
// The same by what the report calls both.
std::optional<core::Host> find_reporting_host(View& view, std::string_view customer_slug, std::string_view name);
// The customer must not have another host of that report name.
void set_report_name(Transaction& transaction, const core::HostId& id, std::string_view name);

}  // namespace holdfast::store
