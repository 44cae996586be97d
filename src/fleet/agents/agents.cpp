#include "fleet/agents/agents.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log/log.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

// A newer connection of a host takes over from the older one, which is usually dead. Where the replaced one still
// answered, two agents have one identity: they would take the connection from each other for ever. So the host is
// contested for a while, and the agent that is connected stays for half a minute at least.
namespace holdfast::fleet {
namespace {

constexpr std::size_t kSavedAtOnce = 200;
// Of two agents with one identity the one that is connected stays so long; so long the other's jobs are its own.
constexpr std::chrono::seconds kStays{30};
constexpr std::chrono::minutes kContestedFor{15};

}  // namespace

void Agents::opened(const AgentIdentity& identity, AgentLink& link) {
  open_.emplace(identity.host, Open{&link, identity.token_hash, std::nullopt});
}

void Agents::closed(const core::HostId& host, const AgentLink& link) {
  disconnected(host, link);
  const auto [first, last] = open_.equal_range(host);
  const auto found = std::find_if(first, last, [&](const auto& open) { return open.second.link == &link; });
  if (found != last) open_.erase(found);
}

template <class Do>
void Agents::for_each_open(const core::HostId& host, std::string_view kept_hash, Do act) {
  const auto [first, last] = open_.equal_range(host);
  for (auto open = first; open != last; ++open) {
    if (open->second.token_hash != kept_hash) act(open->second);
  }
}

void Agents::end(const core::HostId& host, std::string_view kept_hash, std::string_view reason) {
  for_each_open(host, kept_hash, [&](const Open& open) { open.link->close(protocol::CloseCode::Revoked, reason); });
}

void Agents::end_at(const core::HostId& host, std::string_view kept_hash, core::Time at) {
  for_each_open(host, kept_hash, [&](Open& open) { open.ends_at = std::min(at, open.ends_at.value_or(at)); });
}

void Agents::end_expired() {
  for (const auto& [host, open] : open_) {
    if (open.ends_at && *open.ends_at <= clock_.now())
      open.link->close(protocol::CloseCode::Revoked, "the agent token of this connection has expired");
  }
}

std::string Agents::credential(const core::HostId& host) const {
  const auto connected = entries_.find(host);
  if (connected == entries_.end()) return {};
  const auto [first, last] = open_.equal_range(host);
  const auto found =
      std::find_if(first, last, [&](const auto& open) { return open.second.link == connected->second.link; });
  return found == last ? std::string() : found->second.token_hash;
}

Task<> Agents::note_twins(core::HostId host, std::string replaced_peer) {
  const auto found = entries_.find(host);
  if (found == entries_.end()) co_return;
  const auto& peer = found->second.link->peer();
  const std::string places = peer == replaced_peer ? "both from " + peer : "from " + replaced_peer + " and " + peer;
  contested_[host] = clock_.steady();
  runtime::log::warning("agent.twins", "Two agents use the identity of one host; was it cloned?",
                        {{"host", host.text()}, {"places", places}});
  const auto note = [&](Unit& unit) {
    store::set_host_twins(unit, host, {unit.now(), places});
    unit.judge(host);
  };
  co_await units_.note(note);
}

bool Agents::is_contested(const core::HostId& host) const {
  const auto last = contested_.find(host);
  return last != contested_.end() && clock_.steady() - last->second < kContestedFor;
}

bool Agents::must_wait(const core::HostId& host) const {
  const auto last = contested_.find(host);
  return last != contested_.end() && clock_.steady() - last->second < kStays && is_connected(host);
}

void Agents::connected(const core::HostId& host, AgentLink& link) {
  const auto now = clock_.now();
  if (const auto older = entries_.find(host); older != entries_.end()) {
    AgentLink* replaced = std::exchange(older->second.link, &link);
    replaced->close(protocol::CloseCode::Replaced, "a newer connection of this host took over");
    runtime::log::warning("agent.replaced", "A newer connection took over",
                          {{"host", host.text()}, {"address", link.peer()}});
  }
  entries_[host] = {&link, {now, now}};
  unsaved_[host] = now;
  live_.publish(Topic::Host, host.text());
  runtime::log::info("agent.connected", "Agent connected", {{"host", host.text()}, {"address", link.peer()}});
}

void Agents::disconnected(const core::HostId& host, const AgentLink& link) {
  const auto found = entries_.find(host);
  if (found == entries_.end() || found->second.link != &link) return;
  entries_.erase(found);
  live_.publish(Topic::Host, host.text());
  runtime::log::info("agent.disconnected", "Agent disconnected", {{"host", host.text()}});
}

void Agents::heard(const core::HostId& host) {
  const auto found = entries_.find(host);
  if (found == entries_.end()) return;
  found->second.presence.heard_at = clock_.now();
  unsaved_[host] = found->second.presence.heard_at;
}

std::optional<Agents::Presence> Agents::presence(const core::HostId& host) const {
  const auto found = entries_.find(host);
  if (found == entries_.end()) return std::nullopt;
  return found->second.presence;
}

bool Agents::send(const core::HostId& host, const protocol::HubMessage& message) {
  const auto found = entries_.find(host);
  return found != entries_.end() && found->second.link->send(message);
}

// A host that reports is judged by its reports; of one that never did, the sign of its agent is all there is.
bool Agents::save_seen(store::Transaction& tx, const core::HostId& host, core::Time at) const {
  store::set_host_seen(tx, host, at);
  if (store::find_report_state(tx, host)) return false;
  const auto now = clock_.now();
  store::note_alive(tx, host, at, now);
  return watch_.judge(tx, host, now);
}

// In steps, because the writer has others to serve.
Task<> Agents::save_last_seen() {
  const auto seen = std::exchange(unsaved_, {});
  for (auto next = seen.begin(); next != seen.end();) {
    std::vector<core::HostId> changed;
    const auto save = [&](store::Transaction& tx) {
      for (std::size_t saved = 0; saved < kSavedAtOnce && next != seen.end(); ++saved, ++next) {
        if (save_seen(tx, next->first, next->second)) changed.push_back(next->first);
      }
    };
    co_await database_.write(save);
    for (const auto& host : changed) watch_.tell(host, true);
  }
}

}  // namespace holdfast::fleet
