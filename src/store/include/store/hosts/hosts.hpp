#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/accounts/customer.hpp"
#include "core/hosts/host.hpp"
#include "core/hosts/source_group.hpp"
#include "core/ids.hpp"
#include "core/jobs/backup.hpp"
#include "core/repositories/repository.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// Customers, their hosts, what those back up, and the credentials of their agents.
namespace holdfast::store {

// The one that hosts without a customer belong to; always there.
core::Customer default_customer(View& view);
std::optional<core::Customer> find_customer(View& view, const core::CustomerId& id);

std::optional<core::Host> find_host(View& view, const core::HostId& id);
std::vector<core::Host> find_hosts_by_name(View& view, const core::CustomerId& customer, std::string_view name);
std::vector<core::Host> list_hosts(View& view);  // by name
std::size_t count_hosts(View& view);
std::size_t count_agents(View& view);  // hosts that have one
void add_host(Transaction& transaction, const core::Host& host);
bool rename_host(Transaction& transaction, const core::HostId& id, std::string_view name);
void set_host_facts(Transaction& transaction, const core::HostId& id, const core::HostFacts& facts);
void set_host_seen(Transaction& transaction, const core::HostId& id, core::Time at);
// Two agents that were alive at once with the identity of one host.
struct Twins {
  core::Time at;       // when that was seen last
  std::string places;  // "from 192.0.2.1 and 192.0.2.7"
};
void set_host_twins(Transaction& transaction, const core::HostId& id, const Twins& twins);
void clear_host_twins(Transaction& transaction, const core::HostId& id);
std::optional<Twins> find_host_twins(View& view, const core::HostId& id);

// Takes the host out of sight with its credentials, tokens and links, and ends its jobs; what is left of it waits to be
// removed in steps, under another id. False when there is none.
bool retire_host(Transaction& transaction, const core::HostId& id, core::Time at);
// The first of those that wait so.
std::optional<core::HostId> find_retired_host(View& view);
// With all that it has. False when there is none.
bool remove_host(Transaction& transaction, const core::HostId& id);

// Bearers of agents, hashed. A host may have two for as long as a rotation lasts.
struct HostCredential {
  core::HostId host;
  std::string token_hash;
  core::Time created_at;
  std::optional<core::Time> expires_at;  // set on the old one when a new one is given out
  // Of one that a rotation made and nobody has used yet: the bearer itself, sealed with the context
  // "host_credentials.bearer:<host>", so that the agent may ask for it again.
  std::optional<std::string> sealed_bearer;

  // Whether it opens anything at `now`.
  bool is_valid(core::Time now) const { return !expires_at || *expires_at > now; }
};
void add_credential(Transaction& transaction, const HostCredential& credential);
std::optional<HostCredential> find_credential(View& view, std::string_view token_hash);
// The one that a rotation made and nobody has used yet.
std::optional<HostCredential> find_pending_credential(View& view, const core::HostId& host);
// It was used: it pends no more, and all others of its host are removed.
void settle_credential(Transaction& transaction, const HostCredential& credential);
// All of the host's credentials but `kept_hash` end at `at` (those that end sooner stay so).
void expire_credentials_except(Transaction& transaction, const core::HostId& host, std::string_view kept_hash,
                               core::Time at);
void remove_credentials(Transaction& transaction, const core::HostId& host);
bool has_credentials(View& view, const core::HostId& host, core::Time now);

std::vector<core::SourceGroup> list_source_groups(View& view, const core::HostId& host);
// Of those source groups of the host that have one: when the last good backup ended.
std::map<core::SourceGroupId, core::Time> last_good_backups(View& view, const core::HostId& host);
std::optional<core::SourceGroup> find_source_group(View& view, const core::SourceGroupId& id);
void add_source_group(Transaction& transaction, const core::SourceGroup& group);
bool update_source_group(Transaction& transaction, const core::SourceGroup& group);
bool remove_source_group(Transaction& transaction, const core::SourceGroupId& id);

std::optional<core::Repository> find_repository(View& view, const core::RepositoryId& id);
std::vector<core::Repository> list_repositories(View& view);      // by name
std::vector<core::RepositoryId> list_repository_ids(View& view);  // in the same order
// When the newest good backup in it ended, of whatever source group, be it there still or not.
std::optional<core::Time> last_good_backup(View& view, const core::RepositoryId& repository);
// The same of each host that has one in it, of the source groups that are there.
std::map<core::HostId, core::Time> last_good_by_host(View& view, const core::RepositoryId& repository);
// Names of other records of the same location.
std::vector<std::string> twins_of_repository(View& view, const core::Repository& repository);
// False when the customer has one of that name.
bool add_repository(Transaction& transaction, const core::Repository& repository);
bool update_repository(Transaction& transaction, const core::Repository& repository);
// False when there is none; jobs keep their history.
bool remove_repository(Transaction& transaction, const core::RepositoryId& id);

// Which repositories a host backs up to; the first linked is its default.
void link_repository(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository,
                     core::Time at);
void unlink_repository(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository);
std::vector<core::Repository> repositories_of(View& view, const core::HostId& host);
std::vector<core::Host> hosts_of(View& view, const core::RepositoryId& repository);

}  // namespace holdfast::store
