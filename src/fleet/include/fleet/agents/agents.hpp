#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "protocol/agent/messages.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// The agents that are connected right now.
namespace holdfast::fleet {

using runtime::Task;

// The way to one connected agent. `web` implements it over a WebSocket.
class AgentLink {
 public:
  virtual ~AgentLink() = default;
  // False when the connection is closed or hopelessly behind.
  virtual bool send(const protocol::HubMessage& message) = 0;
  // From here on messages are sent in this version of the protocol.
  virtual void speak(int version) = 0;
  virtual void close(protocol::CloseCode code, std::string_view reason) = 0;
  virtual const std::string& peer() const = 0;
};

// Whose bearer an agent signed in with, and which of them it is.
struct AgentIdentity {
  core::HostId host;
  std::string token_hash;
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
      : database_(database), clock_(clock), live_(live), watch_(watch), units_(database, clock, live, watch) {}

  // A connection is known by its credential from the moment it is accepted, so that the two end together however little
  // it has said. From closed() on `link` is not used any more.
  void opened(const AgentIdentity& identity, AgentLink& link);
  void closed(const core::HostId& host, const AgentLink& link);
  // The host's credentials have ended, all but the one with `kept_hash`: their connections end, too.
  void end(const core::HostId& host, std::string_view kept_hash, std::string_view reason);
  // They end at `at`. Their connections do not hear of a job from then on, and end_expired() closes them.
  void end_at(const core::HostId& host, std::string_view kept_hash, core::Time at);
  void end_expired();

  // A connection that was replaced turned out to be alive: two agents have the identity of the host, which is kept and
  // shown. For a while the one that is connected stays, and jobs that it does not know may be the other's.
  Task<> note_twins(core::HostId host, std::string replaced_peer);
  bool is_contested(const core::HostId& host) const;
  // Whether another agent is connected that is to stay for now.
  bool must_wait(const core::HostId& host) const;

  // From here on `link`, which was opened, is the connection of `host`; an older one is closed as Replaced.
  void connected(const core::HostId& host, AgentLink& link);
  // Does nothing when a newer link took over.
  void disconnected(const core::HostId& host, const AgentLink& link);
  void heard(const core::HostId& host);

  bool is_connected(const core::HostId& host) const { return entries_.contains(host); }
  std::optional<Presence> presence(const core::HostId& host) const;
  // False when the host is not connected.
  bool send(const core::HostId& host, const protocol::HubMessage& message);
  // What the connected agent signed in with; empty when the host is not connected.
  std::string credential(const core::HostId& host) const;
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
  struct Open {
    AgentLink* link;
    std::string token_hash;
    std::optional<core::Time> ends_at;
  };
  template <class Do>
  void for_each_open(const core::HostId& host, std::string_view kept_hash, Do act);

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  Watch& watch_;
  Units units_;
  std::unordered_map<core::HostId, Entry> entries_;
  std::unordered_multimap<core::HostId, Open> open_;
  std::unordered_map<core::HostId, core::Time> unsaved_;
  std::unordered_map<core::HostId, std::chrono::steady_clock::time_point> contested_;  // when last
};

}  // namespace holdfast::fleet
