#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/accounts/user.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// People who sign in, and their sessions.
namespace holdfast::store {

bool has_users(View& view);
std::optional<core::User> find_user(View& view, std::string_view name);
std::vector<core::User> list_users(View& view);
// False when the name is taken.
bool add_user(Transaction& transaction, const core::User& user);
void set_password_hash(Transaction& transaction, const core::UserId& user, std::string_view hash);

struct Session {
  std::string token_hash;  // key; the token itself is only in the cookie
  std::string user_name;
  std::string role;
  core::Time created_at;
  core::Time expires_at;
  core::Time last_seen_at;
  std::string address;
  std::string user_agent;
};

void add_session(Transaction& transaction, const Session& session);
// Also finds expired ones: the caller compares expires_at with its clock.
std::optional<Session> find_session(View& view, std::string_view token_hash);
void touch_session(Transaction& transaction, std::string_view token_hash, core::Time seen_at);
void remove_session(Transaction& transaction, std::string_view token_hash);
void remove_sessions_of(Transaction& transaction, std::string_view user_name);
void remove_other_sessions_of(Transaction& transaction, std::string_view user_name, std::string_view kept_token_hash);
void remove_expired_sessions(Transaction& transaction, core::Time now);

// Small facts of the hub itself, by name: the hash of the set-up token, say.
std::optional<std::string> find_setting(View& view, std::string_view name);
void set_setting(Transaction& transaction, std::string_view name, std::string_view value);
void remove_setting(Transaction& transaction, std::string_view name);

// Who changed what: every change by a person or a token.
struct AuditEntry {
  core::Time at;
  std::string actor;    // "admin", "host 01J…", "setup"
  std::string action;   // "host.accept"
  std::string object;   // id or name of what was changed
  std::string detail;   // a sentence or JSON, without secrets
  std::string address;  // where it came from
};
void add_audit(Transaction& transaction, const AuditEntry& entry);
// Newest first.
std::vector<AuditEntry> list_audit(View& view, std::size_t limit);
// At most `limit` of the oldest; returns how many, 0 when there are no more.
std::size_t remove_audit_before(Transaction& transaction, core::Time before, std::size_t limit);

}  // namespace holdfast::store
