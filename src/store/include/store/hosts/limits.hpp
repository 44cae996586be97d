#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/status/limits.hpp"
#include "store/sqlite/database.hpp"

// Limits that differ from those of the hub.
namespace holdfast::store {

// All that concern a host: its own, those of its tags and of its customer.
std::vector<core::LimitSource> limits_on(View& view, const core::HostId& host);

// Of one place; an empty set: none are set there, and setting it removes them.
core::LimitSet limits_of(View& view, const core::HostId& host);
core::LimitSet limits_of(View& view, const core::CustomerId& customer);
core::LimitSet limits_of_tag(View& view, std::string_view tag);
void set_limits(Transaction& transaction, const core::HostId& host, const core::LimitSet& limits);
void set_limits(Transaction& transaction, const core::CustomerId& customer, const core::LimitSet& limits);
void set_limits_of_tag(Transaction& transaction, std::string_view tag, const core::LimitSet& limits);

// By tag.
std::map<std::string, core::LimitSet> list_tag_limits(View& view);

// Who is judged by them: due at `now`.
void make_due_with_tag(Transaction& transaction, std::string_view tag, core::Time now);
void make_due_of_customer(Transaction& transaction, const core::CustomerId& customer, core::Time now);

}  // namespace holdfast::store
