#include "fleet/agents.hpp"

#include <utility>

#include "runtime/log.hpp"
#include "store/hosts.hpp"

namespace holdfast::fleet {

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

void Agents::close(const core::HostId& host, protocol::CloseCode code, std::string_view reason) {
  const auto found = entries_.find(host);
  if (found != entries_.end()) found->second.link->close(code, reason);
}

Task<> Agents::save_last_seen() {
  const auto seen = std::exchange(unsaved_, {});
  if (seen.empty()) co_return;
  const auto save = [&](store::Transaction& tx) {
    for (const auto& [host, at] : seen) store::set_host_seen(tx, host, at);
  };
  co_await database_.write(save);
}

}  // namespace holdfast::fleet
