#include <string>

#include "sqlite/sqlite.hpp"
#include "store/hosts/hosts.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kAdd =
    "INSERT INTO host_credentials (host, token_hash, created_at, expires_at, sealed_bearer) "
    "VALUES ((SELECT id FROM hosts WHERE uid = ?), ?, ?, ?, ?)";
const std::string kSelect =
    "SELECT h.uid, c.token_hash, c.created_at, c.expires_at, c.sealed_bearer "
    "FROM host_credentials AS c JOIN hosts AS h ON h.id = c.host ";
const std::string kFind = kSelect + "WHERE c.token_hash = ?";
const std::string kFindPending = kSelect + "WHERE h.uid = ? AND c.sealed_bearer IS NOT NULL";
constexpr std::string_view kRemoveOthers =
    "DELETE FROM host_credentials WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND token_hash <> ?";
constexpr std::string_view kSettle = "UPDATE host_credentials SET sealed_bearer = NULL WHERE token_hash = ?";
constexpr std::string_view kExpireOthers =
    "UPDATE host_credentials SET expires_at = ? WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND token_hash <> ? AND (expires_at IS NULL OR expires_at > ?)";
constexpr std::string_view kRemove = "DELETE FROM host_credentials WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kHas =
    "SELECT EXISTS (SELECT 1 FROM host_credentials WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND (expires_at IS NULL OR expires_at > ?))";

HostCredential read_credential(Statement& row) {
  HostCredential credential;
  row.read(credential.host, credential.token_hash, credential.created_at, credential.expires_at,
           credential.sealed_bearer);
  return credential;
}

}  // namespace

void add_credential(Transaction& transaction, const HostCredential& credential) {
  std::optional<Blob> sealed;
  if (credential.sealed_bearer) sealed = Blob{*credential.sealed_bearer};
  connection_of(transaction)
      .run(kAdd, credential.host, Blob{credential.token_hash}, credential.created_at, credential.expires_at, sealed);
}

std::optional<HostCredential> find_credential(View& view, std::string_view token_hash) {
  return connection_of(view).find(kFind, read_credential, Blob{token_hash});
}

std::optional<HostCredential> find_pending_credential(View& view, const core::HostId& host) {
  return connection_of(view).find(kFindPending, read_credential, host);
}

void settle_credential(Transaction& transaction, const HostCredential& credential) {
  connection_of(transaction).run(kRemoveOthers, credential.host, Blob{credential.token_hash});
  connection_of(transaction).run(kSettle, Blob{credential.token_hash});
}

void expire_credentials_except(Transaction& transaction, const core::HostId& host, std::string_view kept_hash,
                               core::Time at) {
  connection_of(transaction).run(kExpireOthers, at, host, Blob{kept_hash}, at);
}

void remove_credentials(Transaction& transaction, const core::HostId& host) {
  connection_of(transaction).run(kRemove, host);
}

bool has_credentials(View& view, const core::HostId& host, core::Time now) {
  return connection_of(view).number(kHas, host, now) != 0;
}

}  // namespace holdfast::store
