#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/backup.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/database.hpp"

// Customers, their hosts, what those back up, and the credentials of their agents.
namespace holdfast::store {

struct Customer {
  core::CustomerId id;
  std::string slug;  // unique
  std::string name;
  core::Time created_at;
};

// The one that hosts without a customer belong to; always there.
Customer default_customer(View& view);
std::optional<Customer> find_customer(View& view, const core::CustomerId& id);

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
  core::HostId id;
  core::CustomerId customer;
  std::string name;
  bool enrolled = true;  // false: report-only
  HostFacts facts;
  core::Time created_at;
  std::optional<core::Time> last_seen_at;  // the agent was connected at that moment
};

std::optional<Host> find_host(View& view, const core::HostId& id);
std::vector<Host> find_hosts_by_name(View& view, const core::CustomerId& customer, std::string_view name);
std::vector<Host> list_hosts(View& view);  // by name
std::size_t count_hosts(View& view);
void add_host(Transaction& transaction, const Host& host);
bool rename_host(Transaction& transaction, const core::HostId& id, std::string_view name);
void set_host_facts(Transaction& transaction, const core::HostId& id, const HostFacts& facts);
void set_host_seen(Transaction& transaction, const core::HostId& id, core::Time at);
// With its source groups, jobs, logs and credentials. False when there is none.
bool remove_host(Transaction& transaction, const core::HostId& id);

// Bearers of agents, hashed. A host may have two for as long as a rotation lasts.
struct HostCredential {
  core::HostId host;
  std::string token_hash;
  core::Time created_at;
  std::optional<core::Time> expires_at;  // set on the old one when a new one is given out
};
void add_credential(Transaction& transaction, const HostCredential& credential);
std::optional<HostCredential> find_credential(View& view, std::string_view token_hash);
// All of the host's credentials but `kept_hash` end at `at` (those that end sooner stay so).
void expire_credentials_except(Transaction& transaction, const core::HostId& host, std::string_view kept_hash,
                               core::Time at);
void remove_credentials(Transaction& transaction, const core::HostId& host);
bool has_credentials(View& view, const core::HostId& host, core::Time now);

struct SourceGroup {
  core::SourceGroupId id;
  core::HostId host;
  std::string name;
  core::SourceSet sources;
  core::Time created_at;
};
std::vector<SourceGroup> list_source_groups(View& view, const core::HostId& host);
std::optional<SourceGroup> find_source_group(View& view, const core::SourceGroupId& id);
void add_source_group(Transaction& transaction, const SourceGroup& group);
bool update_source_group(Transaction& transaction, const SourceGroup& group);
bool remove_source_group(Transaction& transaction, const core::SourceGroupId& id);

// Secrets are sealed (runtime::SecretBox) with the contexts "repositories.password:<id>" and
// "repositories.server_password:<id>" before they come here.
struct Repository {
  core::RepositoryId id;
  core::CustomerId customer;
  std::string name;
  std::string url;  // without user and password
  std::string sealed_password;
  std::string server_user;
  std::string sealed_server_password;  // empty when there is none
  core::Time created_at;
};
std::optional<Repository> find_repository(View& view, const core::RepositoryId& id);
std::vector<Repository> list_repositories(View& view);  // by name
// False when the customer has one of that name.
bool add_repository(Transaction& transaction, const Repository& repository);
bool update_repository(Transaction& transaction, const Repository& repository);
// False when there is none; jobs keep their history.
bool remove_repository(Transaction& transaction, const core::RepositoryId& id);

// Which repositories a host backs up to; the first linked is its default.
void link_repository(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository,
                     core::Time at);
void unlink_repository(Transaction& transaction, const core::HostId& host, const core::RepositoryId& repository);
std::vector<Repository> repositories_of(View& view, const core::HostId& host);
std::vector<Host> hosts_of(View& view, const core::RepositoryId& repository);

}  // namespace holdfast::store
