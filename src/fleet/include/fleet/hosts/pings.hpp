#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/hosts/host.hpp"
#include "fleet/accounts/key_ring.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Hosts that can only call an address.
namespace holdfast::fleet {

using runtime::Task;

// What an address says behind its key: where that names no host, the host; then "start", "fail", "log", an exit code,
// or nothing for a success.
struct PingCall {
  std::vector<std::string> parts;
  std::string body;  // of a failure its first line is shown
};

// Lives on the loop's thread.
class Pings {
 public:
  struct Parts {
    store::Database& database;
    const runtime::Clock& clock;
    Live& live;
    Watch& watch;
    KeyRing& keys;
    Reports& reports;
  };
  explicit Pings(Parts parts) : parts_(parts), units_(parts.database, parts.clock, parts.live, parts.watch) {}

  // Makes the host where it is missing. Durable on return. NotFound for a key or a signal that there is not, Forbidden
  // for a key that is not for pings, TooMany when it would make one host too many.
  Task<core::Result<>> ping(std::string key, PingCall call, std::string address);

 private:
  core::Result<KeyRing::Key> find_key(const std::string& key);

  Parts parts_;
  Units units_;
};

// Nothing for a signal that there is not. What is only logged has no ping.
struct PingSignal {
  std::optional<core::PingKind> kind;
  std::string detail;
};
std::optional<PingSignal> read_signal(std::string_view signal, std::string_view body);

}  // namespace holdfast::fleet
