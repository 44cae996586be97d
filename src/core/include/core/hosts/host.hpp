#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"

// Hosts, and what is said of them.
namespace holdfast::core {

// What an agent says of its machine when it connects.
struct HostFacts {
  std::string hostname;
  std::string os;    // "Debian GNU/Linux 12 (bookworm)"
  std::string arch;  // "x86_64"
  std::string kernel;
  std::string agent_version;
  std::string restic_version;  // empty: not found
  std::string address;         // where it connects from

  bool operator==(const HostFacts&) const = default;
};

struct Host {
  HostId id;
  CustomerId customer;
  std::string name;
  bool enrolled = true;  // false: report-only
  HostFacts facts;
  Time created_at;
  std::optional<Time> last_seen_at;  // the agent was connected at that moment
  bool needs_backup = true;          // false: somebody said that it needs none
};

// While paused nothing is raised.
struct Pause {
  std::optional<Time> until;  // empty: without an end
  std::string reason;
  std::string by;
  Time since;

  bool operator==(const Pause&) const = default;
};

enum class PingKind { Success, Start, Failure };

struct Ping {
  Time at;
  PingKind kind = PingKind::Success;
  std::string detail;             // "exit code 3"; may be empty
  std::chrono::seconds every{0};  // how far apart they are expected; 0: as reports are

  bool operator==(const Ping&) const = default;
};

}  // namespace holdfast::core
