#include "store/accounts/accounts.hpp"

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kHasUsers = "SELECT EXISTS (SELECT 1 FROM users)";
constexpr std::string_view kFindUser = "SELECT uid, name, password_hash, role, created_at FROM users WHERE name = ?";
constexpr std::string_view kListUsers = "SELECT uid, name, password_hash, role, created_at FROM users ORDER BY name";
constexpr std::string_view kAddUser =
    "INSERT INTO users (uid, name, password_hash, role, created_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (name) DO NOTHING";
constexpr std::string_view kSetPasswordHash = "UPDATE users SET password_hash = ? WHERE uid = ?";

constexpr std::string_view kAddSession =
    "INSERT INTO sessions (token_hash, user_name, role, created_at, expires_at, last_seen_at, address, user_agent) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kFindSession =
    "SELECT token_hash, user_name, role, created_at, expires_at, last_seen_at, address, user_agent "
    "FROM sessions WHERE token_hash = ?";
constexpr std::string_view kTouchSession = "UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?";
constexpr std::string_view kRemoveSession = "DELETE FROM sessions WHERE token_hash = ?";
constexpr std::string_view kRemoveSessionsOf = "DELETE FROM sessions WHERE user_name = ?";
constexpr std::string_view kRemoveOtherSessionsOf = "DELETE FROM sessions WHERE user_name = ? AND token_hash <> ?";
constexpr std::string_view kRemoveExpiredSessions = "DELETE FROM sessions WHERE expires_at <= ?";

constexpr std::string_view kFindSetting = "SELECT value FROM settings WHERE name = ?";
constexpr std::string_view kSetSetting =
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
constexpr std::string_view kRemoveSetting = "DELETE FROM settings WHERE name = ?";

constexpr std::string_view kAddAudit =
    "INSERT INTO audit (at, actor, action, object, detail, address) VALUES (?, ?, ?, ?, ?, ?)";
constexpr std::string_view kListAudit =
    "SELECT at, actor, action, object, detail, address FROM audit ORDER BY id DESC LIMIT ?";
constexpr std::string_view kRemoveAudit =
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY id LIMIT ?)";

core::User read_user(Statement& row) {
  core::User user;
  row.read(user.id, user.name, user.password_hash, user.role, user.created_at);
  return user;
}

Session read_session(Statement& row) {
  Session session;
  row.read(session.token_hash, session.user_name, session.role, session.created_at, session.expires_at,
           session.last_seen_at, session.address, session.user_agent);
  return session;
}

AuditEntry read_audit(Statement& row) {
  AuditEntry entry;
  row.read(entry.at, entry.actor, entry.action, entry.object, entry.detail, entry.address);
  return entry;
}

}  // namespace

bool has_users(View& view) {
  return connection_of(view).number(kHasUsers) != 0;
}

std::optional<core::User> find_user(View& view, std::string_view name) {
  return connection_of(view).find(kFindUser, read_user, name);
}

std::vector<core::User> list_users(View& view) {
  return connection_of(view).list(kListUsers, read_user);
}

bool add_user(Transaction& transaction, const core::User& user) {
  return connection_of(transaction).run(kAddUser, user.id, user.name, user.password_hash, user.role, user.created_at) ==
         1;
}

void set_password_hash(Transaction& transaction, const core::UserId& user, std::string_view hash) {
  connection_of(transaction).run(kSetPasswordHash, hash, user);
}

void add_session(Transaction& transaction, const Session& session) {
  connection_of(transaction)
      .run(kAddSession, Blob{session.token_hash}, session.user_name, session.role, session.created_at,
           session.expires_at, session.last_seen_at, session.address, session.user_agent);
}

std::optional<Session> find_session(View& view, std::string_view token_hash) {
  return connection_of(view).find(kFindSession, read_session, Blob{token_hash});
}

void touch_session(Transaction& transaction, std::string_view token_hash, core::Time seen_at) {
  connection_of(transaction).run(kTouchSession, seen_at, Blob{token_hash});
}

void remove_session(Transaction& transaction, std::string_view token_hash) {
  connection_of(transaction).run(kRemoveSession, Blob{token_hash});
}

void remove_sessions_of(Transaction& transaction, std::string_view user_name) {
  connection_of(transaction).run(kRemoveSessionsOf, user_name);
}

void remove_other_sessions_of(Transaction& transaction, std::string_view user_name, std::string_view kept_token_hash) {
  connection_of(transaction).run(kRemoveOtherSessionsOf, user_name, Blob{kept_token_hash});
}

void remove_expired_sessions(Transaction& transaction, core::Time now) {
  connection_of(transaction).run(kRemoveExpiredSessions, now);
}

std::optional<std::string> find_setting(View& view, std::string_view name) {
  return connection_of(view).find(kFindSetting, read_text, name);
}

void set_setting(Transaction& transaction, std::string_view name, std::string_view value) {
  connection_of(transaction).run(kSetSetting, name, Blob{value});
}

void remove_setting(Transaction& transaction, std::string_view name) {
  connection_of(transaction).run(kRemoveSetting, name);
}

void add_audit(Transaction& transaction, const AuditEntry& entry) {
  connection_of(transaction)
      .run(kAddAudit, entry.at, entry.actor, entry.action, entry.object, entry.detail, entry.address);
}

std::vector<AuditEntry> list_audit(View& view, std::size_t limit) {
  return connection_of(view).list(kListAudit, read_audit, limit);
}

std::size_t remove_audit_before(Transaction& transaction, core::Time before, std::size_t limit) {
  return static_cast<std::size_t>(connection_of(transaction).run(kRemoveAudit, before, limit));
}

}  // namespace holdfast::store
