#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// The last ping of a host that can only call an address.
namespace holdfast::store {

// A start is kept only while nothing else is known: that something began tells nothing of its end.
void set_ping(Transaction& transaction, const core::HostId& host, const core::Ping& ping);
std::optional<core::Ping> find_ping(View& view, const core::HostId& host);

}  // namespace holdfast::store
