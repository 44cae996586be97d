#include "fleet/accounts/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/address.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/accounts/accounts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"
#include "text/ulid.hpp"
#include "text/utf8.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::string_view kSetupTokenSetting = "setup_token_hash";
constexpr std::string_view kConfiguredAdmin = "admin";
constexpr std::string_view kBusy = "The hub is checking many passwords right now. Try again in a moment.";

// What every failed sign-in says, whatever was wrong.
constexpr std::string_view kWrongPair = "Wrong username or password.";

// Hashing this takes as long as checking a real password, so that an unknown name is not told by time.
const std::string& decoy_hash() {
  static const std::string hash = runtime::hash_password(runtime::random_bytes(16));
  return hash;
}

bool is_common(std::string_view password) {
  constexpr std::array<std::string_view, 12> kCommon{
      "123456789012",   "1234567890123",    "password1234",     "passwordpassword",
      "qwertyuiopas",   "qwerty123456",     "administrator",    "adminadminadmin",
      "letmeinletmein", "changemechangeme", "holdfastholdfast", "correcthorsebatterystaple"};
  const std::string lower = text::to_lower_ascii(password);
  const bool one_character = std::ranges::all_of(lower, [&](char c) { return c == lower.front(); });
  return one_character || std::ranges::find(kCommon, lower) != kCommon.end();
}

std::unexpected<core::Error> throttled(std::chrono::seconds wait) {
  return core::fail_for(wait, "throttled", fmt::format("Too many failed attempts. Try again in {} s.", wait.count()));
}

}  // namespace

Result<> check_user_name(std::string_view name) {
  const bool characters = std::ranges::all_of(
      name, [](char c) { return text::is_letter(c) || text::is_digit(c) || std::string_view("._-@").contains(c); });
  if (name.empty() || name.size() > 64 || !characters) {
    return fail(ErrorKind::Invalid, "name_invalid", "A user name has 1 to 64 letters, digits, '.', '_', '-' or '@'.");
  }
  return {};
}

Result<> check_new_password(std::string_view password, std::string_view name) {
  if (!text::is_valid_utf8(password) || password.contains('\0')) {
    return fail(ErrorKind::Invalid, "password_invalid", "The password is not valid UTF-8.");
  }
  if (text::count_characters(password) < kMinPasswordLength) {
    return fail(ErrorKind::Invalid, "password_short", "The password needs at least 12 characters.");
  }
  if (password.size() > kMaxPasswordBytes)
    return fail(ErrorKind::Invalid, "password_long", "The password is longer than 1024 bytes.");
  if (is_common(password) || text::to_lower_ascii(password) == text::to_lower_ascii(name)) {
    return fail(ErrorKind::Invalid, "password_common",
                "This password is among the first that anybody would try. Choose another one.");
  }
  return {};
}

Accounts::Accounts(store::Database& database, const runtime::Clock& clock, runtime::WorkerPool& hashing, Live& live,
                   Watch& watch, AccountsOptions options)
    : database_(database),
      clock_(clock),
      hashing_(hashing),
      units_(database, clock, live, watch),
      options_(std::move(options)),
      by_account_(5),
      by_network_(20) {}

Task<bool> Accounts::needs_set_up() {
  if (options_.sign_in_disabled || !options_.configured_hash.empty()) co_return false;
  const auto look = [](store::View& view) { return store::has_users(view); };
  const bool users = co_await database_.read(look);
  co_return !users;
}

Task<std::optional<std::string>> Accounts::make_setup_token() {
  const bool needed = co_await needs_set_up();
  if (!needed) co_return std::nullopt;
  const std::string token = runtime::make_token("hfs");
  const std::string hash = runtime::to_hex(runtime::token_hash(token));
  const auto keep = [&](store::Transaction& tx) { store::set_setting(tx, kSetupTokenSetting, hash); };
  co_await database_.write(keep);
  co_return token;
}

Task<Result<>> Accounts::check_setup_token(std::string token, std::string address) {
  const bool needed = co_await needs_set_up();
  if (!needed) co_return fail(ErrorKind::NotFound, "set_up_done", "Holdfast is set up already.");
  const auto network = runtime::network_of(address);
  if (auto wait = by_network_.wait(network, clock_.steady())) co_return throttled(*wait);
  const std::string hash = runtime::to_hex(runtime::token_hash(token));
  const auto look = [&](store::View& view) {
    return runtime::constant_time_equal(store::find_setting(view, kSetupTokenSetting).value_or(""), hash);
  };
  const bool known = co_await database_.read(look);
  if (known) co_return Result<>();
  by_network_.failed(network, clock_.steady());
  co_return fail(ErrorKind::Unauthorized, "setup_token_wrong",
                 "This set-up link is not valid: the hub printed another one when it last started.");
}

Task<Result<SignedIn>> Accounts::set_up(std::string token, std::string name, std::string password, Actor actor,
                                        std::string user_agent) {
  const std::string hash = runtime::to_hex(runtime::token_hash(token));
  auto known = co_await check_setup_token(std::move(token), actor.address);
  if (!known) co_return std::unexpected(known.error());
  if (auto checked = check_user_name(name); !checked) co_return std::unexpected(checked.error());
  if (auto checked = check_new_password(password, name); !checked) co_return std::unexpected(checked.error());

  const std::function<std::string()> hashing = [&] { return runtime::hash_password(password); };
  const std::optional<std::string> password_hash = co_await hashing_.run(hashing);
  if (!password_hash) co_return fail(ErrorKind::Unavailable, "busy", kBusy);
  const auto add = [&](Unit& unit) -> Result<> {
    const bool is_first = store::find_setting(unit, kSetupTokenSetting) == hash;
    const core::UserId id(text::make_ulid(unit.now(), runtime::random_ulid_entropy()));
    if (!is_first || !store::add_user(unit, {id, name, *password_hash, "admin", unit.now()}))
      return fail(ErrorKind::NotFound, "set_up_done", "Holdfast is set up already.");
    store::remove_setting(unit, kSetupTokenSetting);
    unit.audit("user.add", name, "First admin");
    return {};
  };
  const Actor setup{"setup", actor.address};
  const auto added = co_await units_.run(setup, add);
  if (!added) co_return std::unexpected(added.error());
  options_.on_set_up();
  Identity identity{name, "admin"};
  co_return co_await start_session(std::move(identity), std::move(actor), std::move(user_agent));
}

Task<Result<SignedIn>> Accounts::sign_in(std::string name, std::string password, Actor actor, std::string user_agent) {
  const auto network = runtime::network_of(actor.address);
  // By account and network: who fails as somebody else from elsewhere keeps nobody out.
  const auto account = fmt::format("{} {}", network, text::to_lower_ascii(text::truncate_utf8(name, 64)));
  const auto now = clock_.steady();
  const auto wait = std::max(by_account_.wait(account, now), by_network_.wait(network, now));
  if (wait) co_return throttled(*wait);
  const auto wrong = fail(ErrorKind::Unauthorized, "wrong_pair", kWrongPair);
  // Counted before the slow check, so that many tries at once do not slip through.
  by_account_.failed(account, now);
  by_network_.failed(network, now);
  if (password.size() > kMaxPasswordBytes) co_return wrong;
  const auto matches = co_await password_matches(name, password);
  if (!matches) {
    by_account_.forgive(account, now);
    by_network_.forgive(network, now);
    co_return fail(ErrorKind::Unavailable, "busy", kBusy);
  }
  if (!*matches) {
    runtime::log::warning("sign_in.failed", "Sign-in failed", {{"address", actor.address}});
    co_return wrong;
  }
  by_account_.succeeded(account);
  by_network_.succeeded(network);
  Identity identity{name, "admin"};
  co_return co_await start_session(std::move(identity), std::move(actor), std::move(user_agent));
}

Task<std::optional<bool>> Accounts::password_matches(const std::string& name, const std::string& password) {
  const auto look = [&](store::View& view) { return store::find_user(view, name); };
  const std::optional<core::User> user = co_await database_.read(look);
  std::vector<std::string> hashes;
  if (user) hashes.push_back(user->password_hash);
  if (text::to_lower_ascii(name) == kConfiguredAdmin && !options_.configured_hash.empty())
    hashes.push_back(options_.configured_hash);
  const std::function<bool()> check = [&] {
    if (hashes.empty()) runtime::verify_password(decoy_hash(), password);
    return std::ranges::any_of(hashes, [&](const auto& hash) { return runtime::verify_password(hash, password); });
  };
  co_return co_await hashing_.run(check);
}

Task<bool> Accounts::has_own_password(std::string name) {
  const auto look = [&](store::View& view) { return store::find_user(view, name).has_value(); };
  co_return co_await database_.read(look);
}

Task<Result<>> Accounts::change_password(Actor actor, std::string session, std::string old_password,
                                         std::string new_password) {
  const auto look = [&](store::View& view) { return store::find_user(view, actor.name); };
  const std::optional<core::User> user = co_await database_.read(look);
  if (!user)
    co_return fail(ErrorKind::Conflict, "password_configured",
                   "This password is auth.password_hash in the hub's configuration: change it there.");
  if (auto checked = check_new_password(new_password, user->name); !checked) co_return std::unexpected(checked.error());
  if (auto proven = co_await prove(*user, std::move(old_password), actor.address); !proven)
    co_return std::unexpected(proven.error());
  const std::function<std::string()> hashing = [&] { return runtime::hash_password(new_password); };
  const std::optional<std::string> hash = co_await hashing_.run(hashing);
  if (!hash) co_return fail(ErrorKind::Unavailable, "busy", kBusy);
  const std::string kept = runtime::token_hash(session);
  const auto change = [&](Unit& unit) -> Result<> {
    store::set_password_hash(unit, user->id, *hash);
    store::remove_other_sessions_of(unit, user->name, kept);
    unit.audit("user.password", user->name, "Password changed");
    unit.tell(Topic::Session);
    return {};
  };
  co_return co_await units_.run(actor, change);
}

// Whoever sits at somebody's open page may guess no faster than at the sign-in page.
Task<Result<>> Accounts::prove(const core::User& user, std::string password, std::string address) {
  const auto now = clock_.steady();
  const auto account = fmt::format("{} {}", runtime::network_of(address), text::to_lower_ascii(user.name));
  if (const auto wait = by_account_.wait(account, now)) co_return throttled(*wait);
  by_account_.failed(account, now);
  const std::function<bool()> check = [&] { return runtime::verify_password(user.password_hash, password); };
  const std::optional<bool> matches = co_await hashing_.run(check);
  if (!matches || *matches) by_account_.forgive(account, now);
  if (!matches) co_return fail(ErrorKind::Unavailable, "busy", kBusy);
  if (!*matches) co_return fail(ErrorKind::Invalid, "old_password_wrong", "This is not the current password.");
  co_return Result<>();
}

Task<Result<SignedIn>> Accounts::start_session(Identity identity, Actor actor, std::string user_agent) {
  const auto now = clock_.now();
  SignedIn signed_in{runtime::make_token("hfw"), now + kSessionLife, identity};
  const auto add = [&](Unit& unit) -> Result<SignedIn> {
    store::add_session(
        unit, {runtime::token_hash(signed_in.token), identity.name, identity.role, now, signed_in.expires_at, now,
               actor.address, std::string(text::truncate_utf8(user_agent, 300))});
    unit.audit("session.start", identity.name, "Signed in");
    return signed_in;
  };
  const Actor user{identity.name, actor.address};
  co_return co_await units_.run(user, add);
}

Task<std::optional<Identity>> Accounts::identify(std::string token) {
  if (options_.sign_in_disabled) co_return Identity{std::string(kConfiguredAdmin), "admin"};
  if (!runtime::looks_like_token("hfw", token)) co_return std::nullopt;
  const std::string hash = runtime::token_hash(token);
  const auto look = [&](store::View& view) { return store::find_session(view, hash); };
  const std::optional<store::Session> session = co_await database_.read(look);
  if (!session || session->expires_at <= clock_.now()) co_return std::nullopt;
  co_return Identity{session->user_name, session->role};
}

Task<> Accounts::sign_out(std::string token) {
  const std::string hash = runtime::token_hash(token);
  const auto remove = [&](Unit& unit) {
    store::remove_session(unit, hash);
    unit.tell(Topic::Session);
  };
  co_await units_.note(remove);
}

Task<> Accounts::clean_up() {
  const auto now = clock_.now();
  const auto remove = [&](store::Transaction& tx) { store::remove_expired_sessions(tx, now); };
  co_await database_.write(remove);
}

}  // namespace holdfast::fleet
