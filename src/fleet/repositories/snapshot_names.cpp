#include "repositories/snapshot_names.hpp"

#include <algorithm>

#include "store/repositories/snapshot_hosts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"

namespace holdfast::fleet {
namespace {

constexpr std::size_t kShortestSuffix = 4;

// "web1-7f3k": the end of an id is random.
std::string with_suffix(const core::Host& host, std::size_t length) {
  const auto& id = host.id.text();
  return host.facts.hostname + "-" + text::to_lower_ascii(id.substr(id.size() - std::min(length, id.size())));
}

}  // namespace

std::string snapshot_name(store::Transaction& tx, const core::Host& host, const core::RepositoryId& repository) {
  if (auto known = store::find_snapshot_host(tx, host.id, repository)) return *std::move(known);
  if (host.facts.hostname.empty()) return {};
  std::string name = host.facts.hostname;
  for (std::size_t length = kShortestSuffix; store::is_snapshot_host_taken(tx, repository, name); ++length)
    name = with_suffix(host, length);
  store::add_snapshot_host(tx, host.id, repository, name);
  return name;
}

}  // namespace holdfast::fleet
