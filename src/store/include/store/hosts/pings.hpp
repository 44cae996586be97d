#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// The last ping of a host that can only call an address.
namespace holdfast::store {

enum class PingKind { Success, Start, Failure };

struct Ping {
  core::Time at;
  PingKind kind = PingKind::Success;
  std::string detail;             // "exit code 3"; may be empty
  std::chrono::seconds every{0};  // how far apart they are expected; 0: as reports are

  bool operator==(const Ping&) const = default;
};

// A start is kept only while nothing else is known: that something began tells nothing of its end.
void set_ping(Transaction& transaction, const core::HostId& host, const Ping& ping);
std::optional<Ping> find_ping(View& view, const core::HostId& host);

}  // namespace holdfast::store
