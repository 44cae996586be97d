#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/accounts/user.hpp"
#include "core/error.hpp"
#include "core/time.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/accounts/throttle.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"
#include "runtime/async/worker.hpp"

// People: the first admin, signing in, sessions.
namespace holdfast::fleet {

using runtime::Task;

inline constexpr std::chrono::days kSessionLife{7};
inline constexpr std::size_t kMinPasswordLength = 12;  // characters
inline constexpr std::size_t kMaxPasswordBytes = 1024;

struct AccountsOptions {
  std::string configured_hash;              // auth.password_hash: signs in as "admin" too; may be empty
  bool sign_in_disabled = false;            // auth.disabled: everybody is "admin"
  std::function<void()> on_set_up = [] {};  // the first admin is made, durably; must not throw
};

struct Identity {
  std::string name;
  std::string role;
};

struct SignedIn {
  std::string token;  // for the cookie
  core::Time expires_at;
  Identity identity;
};

// Lives on the loop's thread.
class Accounts {
 public:
  Accounts(store::Database& database, const runtime::Clock& clock, runtime::WorkerPool& hashing, Live& live,
           Watch& watch, AccountsOptions options);

  bool sign_in_disabled() const { return options_.sign_in_disabled; }
  // Whether somebody must make the first admin: no user, no configured hash, sign-in not disabled.
  Task<bool> needs_set_up();
  // Makes the one-time set-up token and forgets the one before. Nothing when there is nothing to set up.
  Task<std::optional<std::string>> make_setup_token();
  // NotFound once there is a user, Unauthorized for a token that is not the last one.
  Task<core::Result<>> check_setup_token(std::string token, std::string address);
  // Makes the first admin and signs them in. NotFound once there is a user.
  Task<core::Result<SignedIn>> set_up(std::string token, std::string name, std::string password, Actor actor,
                                      std::string user_agent);

  // TooMany when throttled (with the time to wait), Unavailable when too many passwords are being checked (which counts
  // as no failure), Unauthorized for every other failure, always with the same words.
  Task<core::Result<SignedIn>> sign_in(std::string name, std::string password, Actor actor, std::string user_agent);
  // Whose cookie this is, if it is still good.
  Task<std::optional<Identity>> identify(std::string token);
  Task<> sign_out(std::string token);
  // Whether the account is in the database: the password of the configuration is changed there.
  Task<bool> has_own_password(std::string name);
  // Ends the actor's other sessions. `session` is the token of the one that goes on.
  Task<core::Result<>> change_password(Actor actor, std::string session, std::string old_password,
                                       std::string new_password);
  // Removes expired sessions: call it now and then.
  Task<> clean_up();

 private:
  // Nothing when too many are being checked.
  Task<std::optional<bool>> password_matches(const std::string& name, const std::string& password);
  Task<core::Result<>> prove(const core::User& user, std::string password, std::string address);
  Task<core::Result<SignedIn>> start_session(Identity identity, Actor actor, std::string user_agent);

  store::Database& database_;
  const runtime::Clock& clock_;
  runtime::WorkerPool& hashing_;
  Units units_;
  AccountsOptions options_;
  Throttle by_account_;
  Throttle by_network_;
};

// 1 to 64 characters of letters, digits, '.', '_', '-', '@'.
core::Result<> check_user_name(std::string_view name);
// At least 12 characters, at most 1024 bytes, not one of the commonest, not the user's name.
core::Result<> check_new_password(std::string_view password, std::string_view name);

}  // namespace holdfast::fleet
