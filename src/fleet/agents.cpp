#include "fleet/agents.hpp"

#include <utility>

#include "runtime/log.hpp"
#include "store/fleet_list.hpp"
#include "store/hosts.hpp"
#include "store/reports.hpp"

namespace holdfast::fleet {
namespace {

constexpr std::size_t kSavedAtOnce = 200;

}  // namespace

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
