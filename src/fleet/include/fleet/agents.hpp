#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "fleet/live.hpp"
#include "fleet/watch.hpp"
#include "protocol/messages.hpp"
#include "runtime/clock.hpp"
#include "store/database.hpp"

// The agents that are connected right now.
namespace holdfast::fleet {

using runtime::Task;

// The way to one connected agent. `web` implements it over a WebSocket.
class AgentLink {
 public:
  virtual ~AgentLink() = default;
  // False when the connection is closed or hopelessly behind.
  virtual bool send(const protocol::HubMessage& message) = 0;
  virtual void close(protocol::CloseCode code, std::string_view reason) = 0;
  virtual const std::string& peer() const = 0;
};

// Who is connected since when, and how to reach them. One connection a host, the newest wins. Lives on the loop's
// thread.
class Agents {
 public:
  struct Presence {
    core::Time connected_since;
    core::Time heard_at;
  };

  Agents(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch)
      : database_(database), clock_(clock), live_(live), watch_(watch) {}

  // From here on `link` is the connection of `host`; an older one is closed as Replaced.
  void connected(const core::HostId& host, AgentLink& link);
  // Does nothing when a newer link took over.
  void disconnected(const core::HostId& host, const AgentLink& link);
  void heard(const core::HostId& host);

  bool is_connected(const core::HostId& host) const { return entries_.contains(host); }
  std::optional<Presence> presence(const core::HostId& host) const;
  // False when the host is not connected.
  bool send(const core::HostId& host, const protocol::HubMessage& message);
  void close(const core::HostId& host, protocol::CloseCode code, std::string_view reason);
  std::size_t size() const { return entries_.size(); }

  // Writes when each agent was last heard, for those heard since the last call: once a minute and at the end.
  Task<> save_last_seen();
  // The same for one host at once, in a transaction; true when its status changed by it.
  bool save_seen(store::Transaction& transaction, const core::HostId& host, core::Time at) const;

 private:
  struct Entry {
    AgentLink* link;
    Presence presence;
  };

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  Watch& watch_;
  std::unordered_map<core::HostId, Entry> entries_;
  std::unordered_map<core::HostId, core::Time> unsaved_;
};

}  // namespace holdfast::fleet
