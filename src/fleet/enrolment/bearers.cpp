#include "enrolment/bearers.hpp"

#include "fleet/enrolment/enrolment.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/accounts/accounts.hpp"
#include "store/enrolment/enrolment.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

// The bearers of agents after enrolment: whose they are, how they are changed and how they end.
namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

std::string sealing_context(const core::HostId& host) {
  return "host_credentials.bearer:" + host.text();
}

auto unknown_bearer() {
  return fail(ErrorKind::Unauthorized, "bearer_unknown", "This agent token is not valid.");
}

// The credential, if it is good for anything at `now`.
std::optional<store::HostCredential> find_valid(store::View& view, const AgentIdentity& identity, core::Time now) {
  auto credential = store::find_credential(view, identity.token_hash);
  if (!credential || credential->host != identity.host || !credential->is_valid(now)) return std::nullopt;
  return credential;
}

}  // namespace

BearerStanding settle_bearer(store::Transaction& tx, const AgentIdentity& identity, core::Time now) {
  const auto credential = find_valid(tx, identity, now);
  if (!credential) return BearerStanding::Ended;
  if (credential->expires_at) return BearerStanding::Ending;
  store::settle_credential(tx, *credential);
  store::remove_announcements_of(tx, identity.host);
  return BearerStanding::Good;
}

Task<std::optional<AgentIdentity>> Enrolment::authenticate(std::string bearer) {
  if (!runtime::looks_like_token(kBearerPrefix, bearer)) co_return std::nullopt;
  AgentIdentity identity{{}, runtime::token_hash(bearer)};
  const auto look = [&](store::View& view) { return store::find_credential(view, identity.token_hash); };
  const auto credential = co_await database_.read(look);
  if (!credential || !credential->is_valid(clock_.now())) co_return std::nullopt;
  identity.host = credential->host;
  co_return identity;
}

// The one that pends, or else a new one. A bearer that is ending makes none: it would outlive itself.
Result<std::string> Enrolment::renew(Unit& unit, const AgentIdentity& identity) const {
  const auto now = unit.now();
  const auto credential = find_valid(unit, identity, now);
  if (!credential) return unknown_bearer();
  if (const auto pending = store::find_pending_credential(unit, identity.host)) {
    unit.is_not_audited();
    auto bearer = secrets_.open(sealing_context(identity.host), *pending->sealed_bearer);
    if (!bearer) return unknown_bearer();
    return *std::move(bearer);
  }
  if (credential->expires_at) return unknown_bearer();
  std::string bearer = runtime::make_token(kBearerPrefix);
  auto sealed = secrets_.seal(sealing_context(identity.host), bearer);
  store::add_credential(unit, {identity.host, runtime::token_hash(bearer), now, std::nullopt, std::move(sealed)});
  store::expire_credentials_except(unit, identity.host, runtime::token_hash(bearer), now + kRotationOverlap);
  unit.audit("host.rotate", identity.host.text());
  return bearer;
}

Task<Result<std::string>> Enrolment::rotate(std::string bearer) {
  const auto identity = co_await authenticate(std::move(bearer));
  if (!identity) co_return unknown_bearer();
  const auto now = clock_.now();
  const auto change = [&](Unit& unit) { return renew(unit, *identity); };
  Actor itself{"host " + identity->host.text(), ""};
  Result<std::string> fresh = co_await units_.run(std::move(itself), change);
  if (fresh) agents_.end_at(identity->host, runtime::token_hash(*fresh), now + kRotationOverlap);
  co_return fresh;
}

Task<Result<>> Enrolment::revoke(core::HostId host, Actor actor) {
  const auto remove = [&](Unit& unit) -> Result<> {
    if (!store::find_host(unit, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    store::remove_credentials(unit, host);
    store::remove_announcements_of(unit, host);
    unit.judge(host);
    unit.audit("host.revoke", host.text());
    return {};
  };
  Result<> removed = co_await units_.run(std::move(actor), remove);
  if (removed) agents_.end(host, {}, "the agent token of this host was revoked");
  co_return removed;
}

}  // namespace holdfast::fleet
