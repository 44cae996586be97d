#include "fleet/enrolment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/backup.hpp"
#include "core/text.hpp"
#include "new_id.hpp"
#include "runtime/crypto.hpp"
#include "runtime/log.hpp"
#include "store/accounts.hpp"
#include "store/hosts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;
using store::AnnouncementState;

constexpr std::string_view kBearerPrefix = "hfa";
constexpr std::string_view kTokenPrefix = "hfe";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxUsesKept = 1000;

auto no_announcement() {
  return fail(ErrorKind::NotFound, "no_such_announcement",
              "There is no such announcement, or it has expired. Announce this machine again.");
}

Result<> check_candidate(const Candidate& candidate) {
  if (auto checked = core::check_name("The host name", candidate.name); !checked) return checked;
  for (const auto* text : {&candidate.hostname, &candidate.os, &candidate.arch, &candidate.agent_version}) {
    if (text->size() > 200 || core::has_control_character(*text) || !core::is_valid_utf8(*text)) {
      return fail(ErrorKind::Invalid, "candidate_invalid",
                  "hostname, os, arch and agent_version are UTF-8 text of at most 200 bytes.");
    }
  }
  return {};
}

store::HostFacts facts_of(const Candidate& candidate, const std::string& address) {
  return {candidate.hostname, candidate.os, candidate.arch, {}, candidate.agent_version, {}, address};
}

std::string fingerprint_of(std::string_view public_key) {
  return runtime::to_hex(runtime::sha256(public_key));
}

// Gives `host` a fresh bearer within `tx`.
std::string issue_bearer(store::Transaction& tx, const core::HostId& host, core::Time now) {
  std::string bearer = runtime::make_token(kBearerPrefix);
  store::add_credential(tx, {host, runtime::token_hash(bearer), now, std::nullopt});
  return bearer;
}

// Checks a token and marks it as used, within one transaction, so that two agents never share it.
Result<store::EnrolmentToken> take_token(store::Transaction& tx, std::string_view token_hash, core::Time now) {
  auto token = store::find_enrolment_token(tx, token_hash);
  if (!token)
    return fail(ErrorKind::Unauthorized, "token_unknown",
                "This enrolment token is not known. Make a new one on the page Add hosts.");
  if (token->expires_at <= now)
    return fail(ErrorKind::Gone, "token_expired",
                "This enrolment token has expired. Make a new one on the page Add hosts.");
  if (!store::use_enrolment_token(tx, token->id, now)) {
    return fail(ErrorKind::Gone, "token_used",
                "This enrolment token was used already. Make a new one on the page Add hosts.");
  }
  return *token;
}

// The host a token is for: the one it names, or a new one.
Result<store::Host> host_for(store::Transaction& tx, const store::EnrolmentToken& token, const Candidate& candidate,
                             const std::string& address, core::Time now) {
  if (token.host) {
    auto host = store::find_host(tx, *token.host);
    if (!host) return fail(ErrorKind::Gone, "host_removed", "The host that this token was made for has been removed.");
    store::remove_credentials(tx, host->id);
    store::set_host_facts(tx, host->id, facts_of(candidate, address));
    return *host;
  }
  store::Host host{
      new_id<core::HostId>(now), token.customer, candidate.name, true, facts_of(candidate, address), now, std::nullopt};
  store::add_host(tx, host);
  return host;
}

}  // namespace

std::string prove_message(const core::AnnouncementId& id, std::string_view nonce) {
  return fmt::format("holdfast-enrol-v1\n{}\n", id.text()).append(nonce);
}

Task<Result<MadeToken>> Enrolment::make_token(std::optional<core::HostId> host, Actor actor) {
  const auto now = clock_.now();
  MadeToken made{new_id<core::EnrolmentTokenId>(now), runtime::make_token(kTokenPrefix), now + kTokenLife};
  const auto add = [&](store::Transaction& tx) {
    if (host && !store::find_host(tx, *host)) return false;
    store::add_enrolment_token(tx, {made.id,
                                    runtime::token_hash(made.token),
                                    store::default_customer(tx).id,
                                    host,
                                    actor.name,
                                    now,
                                    made.expires_at,
                                    {}});
    store::add_audit(tx, {now, actor.name, "enrolment_token.make", made.id.text(), "", actor.address});
    return true;
  };
  const bool added = co_await database_.write(add);
  if (!added) co_return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
  live_.publish(Topic::Pending);
  co_return made;
}

Task<std::vector<store::EnrolmentToken>> Enrolment::tokens() {
  const auto look = [now = clock_.now()](store::View& view) { return store::list_enrolment_tokens(view, now); };
  co_return co_await database_.read(look);
}

Task<Result<>> Enrolment::remove_token(core::EnrolmentTokenId id, Actor actor) {
  const auto remove = [&](store::Transaction& tx) {
    if (!store::remove_enrolment_token(tx, id)) return false;
    store::add_audit(tx, {clock_.now(), actor.name, "enrolment_token.remove", id.text(), "", actor.address});
    return true;
  };
  const bool removed = co_await database_.write(remove);
  if (!removed) co_return fail(ErrorKind::NotFound, "no_such_token", "There is no such enrolment token.");
  live_.publish(Topic::Pending);
  co_return Result<>{};
}

Task<TokenUse> Enrolment::token_use(core::EnrolmentTokenId id) {
  if (const auto used = used_.find(id); used != used_.end()) co_return used->second;
  const auto open = co_await tokens();
  const bool waiting = std::ranges::any_of(open, [&](const auto& token) { return token.id == id; });
  co_return TokenUse{waiting, !waiting, {}, {}};
}

Task<Result<Enrolled>> Enrolment::enrol(std::string token, Candidate candidate, std::string address) {
  if (auto checked = check_candidate(candidate); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  core::EnrolmentTokenId token_id;
  bool status_changed = false;
  const auto take = [&](store::Transaction& tx) -> Result<Enrolled> {
    const auto taken = take_token(tx, runtime::token_hash(token), now);
    if (!taken) return std::unexpected(taken.error());
    token_id = taken->id;
    const auto host = host_for(tx, *taken, candidate, address, now);
    if (!host) return std::unexpected(host.error());
    status_changed = watch_.judge(tx, host->id, now);
    store::add_audit(tx, {now, taken->created_by, "host.enrol", host->id.text(), host->name, address});
    return Enrolled{host->id, host->name, issue_bearer(tx, host->id, now)};
  };
  Result<Enrolled> enrolled = co_await database_.write(take);
  if (enrolled) {
    if (used_.size() >= kMaxUsesKept) used_.clear();
    used_[token_id] = {false, false, enrolled->host, enrolled->host_name};
    runtime::log::info("host.enrolled", "Host enrolled with a token",
                       {{"host", enrolled->host.text()}, {"name", enrolled->host_name}});
    watch_.tell(enrolled->host, status_changed);
    live_.publish(Topic::Pending);
  }
  co_return enrolled;
}

Task<Result<Announced>> Enrolment::announce(std::string public_key, Candidate candidate, std::string address) {
  if (public_key.size() != kKeyBytes)
    co_return fail(ErrorKind::Invalid, "key_invalid", "public_key must be the 32 bytes of an Ed25519 key in base64.");
  if (auto checked = check_candidate(candidate); !checked) co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const auto add = [&](store::Transaction& tx) -> Result<Announced> {
    store::remove_expired_announcements(tx, now);
    if (const auto known = store::find_announcement_by_key(tx, public_key)) {
      if (known->state == AnnouncementState::Rejected)
        return fail(ErrorKind::Forbidden, "rejected", "An administrator rejected this machine.");
      return Announced{known->id, fingerprint_of(public_key), known->expires_at};
    }
    if (store::list_waiting_announcements(tx, now).size() >= kMaxWaiting) {
      return fail(ErrorKind::TooMany, "too_many_waiting",
                  "100 machines are waiting for approval already. Try again later.");
    }
    const store::Announcement fresh{new_id<core::AnnouncementId>(now),
                                    public_key,
                                    candidate.name,
                                    candidate.os,
                                    candidate.arch,
                                    candidate.agent_version,
                                    address,
                                    {},
                                    AnnouncementState::Waiting,
                                    {},
                                    now,
                                    now + kAnnouncementLife};
    store::add_announcement(tx, fresh);
    return Announced{fresh.id, fingerprint_of(public_key), fresh.expires_at};
  };
  Result<Announced> announced = co_await database_.write(add);
  if (announced) live_.publish(Topic::Pending);
  co_return announced;
}

Task<Result<AnnouncementStatus>> Enrolment::status(core::AnnouncementId id) {
  const auto look = [&](store::View& view) { return store::find_announcement(view, id); };
  const auto announcement = co_await database_.read(look);
  if (!announcement || announcement->expires_at <= clock_.now()) co_return no_announcement();
  co_return AnnouncementStatus{announcement->state, announcement->nonce};
}

Task<std::vector<PendingHost>> Enrolment::describe(std::vector<store::Announcement> announcements) {
  const auto look = [&](store::View& view) {
    const auto customer = store::default_customer(view).id;
    std::vector<PendingHost> described;
    for (const auto& announcement : announcements) {
      const bool taken = !store::find_hosts_by_name(view, customer, announcement.name).empty();
      described.push_back({announcement, fingerprint_of(announcement.public_key), taken});
    }
    return described;
  };
  co_return co_await database_.read(look);
}

Task<std::vector<PendingHost>> Enrolment::pending() {
  const auto look = [now = clock_.now()](store::View& view) { return store::list_waiting_announcements(view, now); };
  auto waiting = co_await database_.read(look);
  co_return co_await describe(std::move(waiting));
}

Task<std::vector<PendingHost>> Enrolment::rejected() {
  const auto look = [now = clock_.now()](store::View& view) { return store::list_rejected_announcements(view, now); };
  auto announcements = co_await database_.read(look);
  co_return co_await describe(std::move(announcements));
}

Task<Result<core::HostId>> Enrolment::accept(core::AnnouncementId id, std::string name, Actor actor) {
  if (auto checked = name.empty() ? Result<>{} : core::check_name("The host name", name); !checked)
    co_return std::unexpected(checked.error());
  const auto now = clock_.now();
  const auto decide = [&](store::Transaction& tx) -> Result<core::HostId> {
    auto announcement = store::find_announcement(tx, id);
    if (!announcement || announcement->expires_at <= now) return no_announcement();
    if (announcement->state != AnnouncementState::Waiting)
      return fail(ErrorKind::Conflict, "decided", "This machine was accepted or rejected already.");
    const Candidate candidate{announcement->name, announcement->name, announcement->os, announcement->arch,
                              announcement->agent_version};
    const store::Host host{new_id<core::HostId>(now),
                           store::default_customer(tx).id,
                           name.empty() ? announcement->name : name,
                           true,
                           facts_of(candidate, announcement->address),
                           now,
                           std::nullopt};
    store::add_host(tx, host);
    watch_.judge(tx, host.id, now);
    announcement->state = AnnouncementState::Accepted;
    announcement->host = host.id;
    announcement->nonce = runtime::random_bytes(kKeyBytes);
    store::update_announcement(tx, *announcement, AnnouncementState::Waiting);
    store::add_audit(
        tx, {now, actor.name, "host.accept", host.id.text(), fingerprint_of(announcement->public_key), actor.address});
    return host.id;
  };
  Result<core::HostId> host = co_await database_.write(decide);
  if (host) {
    live_.publish(Topic::Pending);
    watch_.tell(*host, true);
  }
  co_return host;
}

Task<Result<>> Enrolment::reject(core::AnnouncementId id, Actor actor) {
  const auto now = clock_.now();
  const auto decide = [&](store::Transaction& tx) -> Result<> {
    auto announcement = store::find_announcement(tx, id);
    if (!announcement || announcement->expires_at <= now) return no_announcement();
    announcement->state = AnnouncementState::Rejected;
    announcement->expires_at = now + kRejectionLife;
    if (!store::update_announcement(tx, *announcement, AnnouncementState::Waiting)) {
      return fail(ErrorKind::Conflict, "decided", "This machine was accepted or rejected already.");
    }
    store::add_audit(
        tx, {now, actor.name, "host.reject", id.text(), fingerprint_of(announcement->public_key), actor.address});
    return {};
  };
  Result<> rejected = co_await database_.write(decide);
  if (rejected) live_.publish(Topic::Pending);
  co_return rejected;
}

Task<Result<Enrolled>> Enrolment::prove(core::AnnouncementId id, std::string signature) {
  const auto now = clock_.now();
  const auto check = [&](store::Transaction& tx) -> Result<Enrolled> {
    const auto announcement = store::find_announcement(tx, id);
    if (!announcement || announcement->expires_at <= now) return no_announcement();
    if (announcement->state != AnnouncementState::Accepted)
      return fail(ErrorKind::Conflict, "not_accepted", "This machine is not accepted yet.");
    if (!runtime::verify_signature(announcement->public_key, prove_message(id, announcement->nonce), signature)) {
      return fail(ErrorKind::Forbidden, "signature_wrong", "The signature does not match the announced key.");
    }
    const auto host = store::find_host(tx, *announcement->host);
    if (!host) return no_announcement();
    // The answer may have been lost on its way: a second proof gives a fresh bearer and ends the first.
    store::remove_credentials(tx, host->id);
    return Enrolled{host->id, host->name, issue_bearer(tx, host->id, now)};
  };
  Result<Enrolled> enrolled = co_await database_.write(check);
  if (enrolled) {
    runtime::log::info("host.enrolled", "Host enrolled by announcement",
                       {{"host", enrolled->host.text()}, {"name", enrolled->host_name}});
    live_.publish(Topic::Host, enrolled->host.text());
  }
  co_return enrolled;
}

Task<std::optional<AgentIdentity>> Enrolment::authenticate(std::string bearer) {
  if (!runtime::looks_like_token(kBearerPrefix, bearer)) co_return std::nullopt;
  AgentIdentity identity{{}, runtime::token_hash(bearer)};
  const auto look = [&](store::View& view) { return store::find_credential(view, identity.token_hash); };
  const auto credential = co_await database_.read(look);
  if (!credential || (credential->expires_at && *credential->expires_at <= clock_.now())) co_return std::nullopt;
  identity.host = credential->host;
  co_return identity;
}

Task<Result<std::string>> Enrolment::rotate(std::string bearer) {
  const auto identity = co_await authenticate(std::move(bearer));
  if (!identity) co_return fail(ErrorKind::Unauthorized, "bearer_unknown", "This bearer is not valid.");
  const auto now = clock_.now();
  const auto change = [&](store::Transaction& tx) {
    std::string fresh = issue_bearer(tx, identity->host, now);
    store::expire_credentials_except(tx, identity->host, runtime::token_hash(fresh), now + kRotationOverlap);
    store::add_audit(tx, {now, "host " + identity->host.text(), "host.rotate", identity->host.text(), "", ""});
    return fresh;
  };
  co_return co_await database_.write(change);
}

Task<> Enrolment::bearer_used(AgentIdentity identity) {
  const auto keep_this_one = [&](store::Transaction& tx) {
    auto credential = store::find_credential(tx, identity.token_hash);
    if (!credential) return;
    // An agent that lost the answer to its rotation comes back with the old bearer, which then must not run out.
    credential->expires_at.reset();
    store::remove_credentials(tx, identity.host);
    store::add_credential(tx, *credential);
  };
  co_await database_.write(keep_this_one);
}

Task<Result<>> Enrolment::revoke(core::HostId host, Actor actor) {
  const auto remove = [&](store::Transaction& tx) {
    if (!store::find_host(tx, host)) return false;
    store::remove_credentials(tx, host);
    store::add_audit(tx, {clock_.now(), actor.name, "host.revoke", host.text(), "", actor.address});
    return true;
  };
  const bool removed = co_await database_.write(remove);
  if (!removed) co_return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
  live_.publish(Topic::Host, host.text());
  co_return Result<>{};
}

}  // namespace holdfast::fleet
