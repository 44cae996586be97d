#pragma once

#include <optional>
#include <string_view>

#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

// Where the first report of somebody belongs.
namespace holdfast::store {

// The oldest host of the customer with an agent that has this name or hostname, and under which nobody reports yet.
std::optional<core::Host> find_host_to_adopt(View& view, const core::CustomerId& customer, std::string_view name);

std::size_t count_customers(View& view);
std::size_t count_hosts_of(View& view, const core::CustomerId& customer);

}  // namespace holdfast::store
