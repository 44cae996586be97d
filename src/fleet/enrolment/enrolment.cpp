#include "fleet/enrolment/enrolment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/jobs/backup.hpp"
#include "enrolment/bearers.hpp"
#include "new_id.hpp"
#include "protocol/enrolment/enrolment.hpp"
#include "runtime/address.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/accounts/accounts.hpp"
#include "store/enrolment/enrolment.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"
#include "text/look_alike.hpp"
#include "text/utf8.hpp"

// Both ways in end in issue_bearer(), in the transaction that uses up what was shown for it: a token that is good
// once, or a signature of a nonce that is then replaced. So two agents never get in by the same. Connections with an
// older bearer end after the commit.
namespace holdfast::fleet {
namespace {

using core::AnnouncementState;
using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::string_view kTokenPrefix = "hfe";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxUsesKept = 1000;
constexpr std::string_view kReplaced = "the agent of this host was enrolled anew";

auto no_announcement() {
  return fail(ErrorKind::NotFound, "no_such_announcement",
              "There is no such announcement, or it has expired. Announce this host again.");
}

Result<> check_candidate(const Candidate& candidate) {
  if (auto checked = core::check_name("The host name", candidate.name); !checked) return checked;
  for (const auto* text : {&candidate.hostname, &candidate.os, &candidate.arch, &candidate.agent_version}) {
    if (text->size() > 200 || !text::is_valid_utf8(*text) || text::has_hidden_character(*text)) {
      return fail(
          ErrorKind::Invalid, "candidate_invalid",
          "hostname, os, arch and agent_version are UTF-8 text of at most 200 bytes, all of which can be seen.");
    }
  }
  return {};
}

// One network must not take the places of all others.
Result<> check_room(const std::vector<core::Announcement>& waiting, const std::string& address) {
  const auto network = runtime::network_of(address);
  const auto of_network = std::ranges::count_if(
      waiting, [&](const auto& announcement) { return runtime::network_of(announcement.address) == network; });
  if (static_cast<std::size_t>(of_network) >= kMaxWaitingOfNetwork)
    return fail(
        ErrorKind::TooMany, "too_many_waiting_here",
        fmt::format("{} hosts from this network are waiting for approval already. Approve or reject some first.",
                    kMaxWaitingOfNetwork));
  if (waiting.size() >= kMaxWaiting)
    return fail(ErrorKind::TooMany, "too_many_waiting",
                fmt::format("{} hosts are waiting for approval already. Try again later.", kMaxWaiting));
  return {};
}

core::HostFacts facts_of_candidate(const Candidate& candidate, const std::string& address) {
  return {candidate.hostname, candidate.os, candidate.arch, {}, candidate.agent_version, {}, address};
}

std::string fingerprint_of(std::string_view public_key) {
  return runtime::to_hex(runtime::sha256(public_key));
}

// Gives `host` a fresh bearer within `tx`, its only one.
std::string issue_bearer(store::Transaction& tx, const core::HostId& host, core::Time now) {
  std::string bearer = runtime::make_token(kBearerPrefix);
  store::remove_credentials(tx, host);
  store::clear_host_twins(tx, host);
  store::add_credential(tx, {host, runtime::token_hash(bearer), now, std::nullopt, std::nullopt});
  return bearer;
}

// Checks a token and marks it as used, within one transaction, so that two agents never share it.
Result<core::EnrolmentToken> take_token(store::Transaction& tx, std::string_view token_hash, core::Time now) {
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
Result<core::Host> host_for(store::Transaction& tx, const core::EnrolmentToken& token, const Candidate& candidate,
                            const std::string& address, core::Time now) {
  if (token.host) {
    auto host = store::find_host(tx, *token.host);
    if (!host)
      return fail(
          ErrorKind::Gone, "host_removed",
          "The host of this enrolment token has been removed. Make a token for a new one on the page Add hosts.");
    store::remove_announcements_of(tx, host->id);
    store::set_host_facts(tx, host->id, facts_of_candidate(candidate, address));
    return *host;
  }
  core::Host host{new_id<core::HostId>(now),
                  token.customer,
                  candidate.name,
                  true,
                  facts_of_candidate(candidate, address),
                  now,
                  std::nullopt};
  store::add_host(tx, host);
  return host;
}

}  // namespace

Task<Result<MadeToken>> Enrolment::make_token(std::optional<core::HostId> host, Actor actor) {
  const auto now = clock_.now();
  MadeToken made{new_id<core::EnrolmentTokenId>(now), runtime::make_token(kTokenPrefix), now + kTokenLife};
  const auto add = [&](Unit& unit) -> Result<MadeToken> {
    if (host && !store::find_host(unit, *host))
      return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    store::add_enrolment_token(unit, {made.id,
                                      runtime::token_hash(made.token),
                                      store::default_customer(unit).id,
                                      host,
                                      actor.name,
                                      now,
                                      made.expires_at,
                                      {}});
    unit.audit("enrolment_token.make", made.id.text());
    unit.tell(Topic::Pending);
    return made;
  };
  co_return co_await units_.run(actor, add);
}

Task<std::vector<core::EnrolmentToken>> Enrolment::tokens() {
  const auto look = [now = clock_.now()](store::View& view) { return store::list_enrolment_tokens(view, now); };
  co_return co_await database_.read(look);
}

Task<bool> Enrolment::is_open_token(std::string token) {
  const auto look = [&](store::View& view) { return store::find_enrolment_token(view, runtime::token_hash(token)); };
  const auto found = co_await database_.read(look);
  co_return found && !found->used_at && found->expires_at > clock_.now();
}

Task<Result<>> Enrolment::remove_token(core::EnrolmentTokenId id, Actor actor) {
  const auto remove = [&](Unit& unit) -> Result<> {
    if (!store::remove_enrolment_token(unit, id))
      return fail(ErrorKind::NotFound, "no_such_token", "There is no such enrolment token.");
    unit.audit("enrolment_token.remove", id.text());
    unit.tell(Topic::Pending);
    return {};
  };
  co_return co_await units_.run(std::move(actor), remove);
}

Task<TokenUse> Enrolment::token_use(core::EnrolmentTokenId id) {
  if (const auto used = used_.find(id); used != used_.end()) co_return used->second;
  const auto open = co_await tokens();
  const bool waiting = std::ranges::any_of(open, [&](const auto& token) { return token.id == id; });
  co_return TokenUse{waiting, !waiting, {}, {}};
}

Task<Result<Enrolled>> Enrolment::enrol(std::string token, Candidate candidate, std::string address) {
  if (auto checked = check_candidate(candidate); !checked) co_return std::unexpected(checked.error());
  core::EnrolmentTokenId token_id;
  const auto take = [&](Unit& unit) -> Result<Enrolled> {
    const auto taken = take_token(unit, runtime::token_hash(token), unit.now());
    if (!taken) return std::unexpected(taken.error());
    token_id = taken->id;
    const auto host = host_for(unit, *taken, candidate, address, unit.now());
    if (!host) return std::unexpected(host.error());
    std::string bearer = issue_bearer(unit, host->id, unit.now());
    unit.judge(host->id);
    unit.by(taken->created_by);
    unit.audit("host.enrol", host->id.text(), host->name);
    unit.tell(Topic::Pending);
    return Enrolled{host->id, host->name, std::move(bearer)};
  };
  Actor agent{"", address};
  Result<Enrolled> enrolled = co_await units_.run(std::move(agent), take);
  if (enrolled) {
    if (used_.size() >= kMaxUsesKept) used_.clear();
    used_[token_id] = {false, false, enrolled->host, enrolled->host_name};
    runtime::log::info("host.enrolled", "Host enrolled with a token",
                       {{"host", enrolled->host.text()}, {"name", enrolled->host_name}});
    agents_.end(enrolled->host, {}, kReplaced);
  }
  co_return enrolled;
}

Task<Result<Announced>> Enrolment::announce(std::string public_key, Candidate candidate, std::string address) {
  if (public_key.size() != kKeyBytes)
    co_return fail(ErrorKind::Invalid, "key_invalid", "public_key must be the 32 bytes of an Ed25519 key in base64.");
  if (auto checked = check_candidate(candidate); !checked) co_return std::unexpected(checked.error());
  const auto add = [&](Unit& unit) -> Result<Announced> {
    const auto now = unit.now();
    store::remove_expired_announcements(unit, now);
    if (const auto known = store::find_announcement_by_key(unit, public_key)) {
      if (known->state == AnnouncementState::Rejected)
        return fail(ErrorKind::Forbidden, "rejected", "An administrator rejected this host.");
      return Announced{known->id, fingerprint_of(public_key), known->expires_at};
    }
    if (auto room = check_room(store::list_waiting_announcements(unit, now), address); !room)
      return std::unexpected(room.error());
    const core::Announcement fresh{new_id<core::AnnouncementId>(now),
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
    store::add_announcement(unit, fresh);
    unit.tell(Topic::Pending);
    return Announced{fresh.id, fingerprint_of(public_key), fresh.expires_at};
  };
  co_return co_await units_.note(add);
}

Task<Result<AnnouncementStatus>> Enrolment::status(core::AnnouncementId id) {
  const auto look = [&](store::View& view) { return store::find_announcement(view, id); };
  const auto announcement = co_await database_.read(look);
  if (!announcement || announcement->expires_at <= clock_.now()) co_return no_announcement();
  co_return AnnouncementStatus{announcement->state, announcement->nonce};
}

// The names of all hosts are read only where there is something to compare them with.
Task<std::vector<PendingHost>> Enrolment::describe(std::vector<core::Announcement> announcements) {
  if (announcements.empty()) co_return std::vector<PendingHost>();
  const auto look = [&](store::View& view) {
    std::unordered_map<std::string, core::HostId> known;
    for (const auto& host : store::list_hosts(view)) known.try_emplace(text::look_alike_form(host.name), host.id);
    std::vector<PendingHost> described;
    for (const auto& announcement : announcements) {
      PendingHost pending{announcement, fingerprint_of(announcement.public_key), std::nullopt};
      const auto same = known.find(text::look_alike_form(announcement.name));
      if (same != known.end()) pending.look_alike = same->second;
      described.push_back(std::move(pending));
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

Task<std::size_t> Enrolment::count_pending() {
  const auto look = [now = clock_.now()](store::View& view) {
    return store::list_waiting_announcements(view, now).size();
  };
  co_return co_await database_.read(look);
}

Task<std::vector<PendingHost>> Enrolment::rejected() {
  const auto look = [now = clock_.now()](store::View& view) { return store::list_rejected_announcements(view, now); };
  auto announcements = co_await database_.read(look);
  co_return co_await describe(std::move(announcements));
}

Task<Result<core::HostId>> Enrolment::accept(core::AnnouncementId id, std::string name, Actor actor) {
  if (auto checked = name.empty() ? Result<>{} : core::check_name("The host name", name); !checked)
    co_return std::unexpected(checked.error());
  const auto decide = [&](Unit& unit) -> Result<core::HostId> {
    const auto now = unit.now();
    auto announcement = store::find_announcement(unit, id);
    if (!announcement || announcement->expires_at <= now) return no_announcement();
    if (announcement->state != AnnouncementState::Waiting)
      return fail(ErrorKind::Conflict, "decided", "This host was approved or rejected already.");
    const Candidate candidate{announcement->name, announcement->name, announcement->os, announcement->arch,
                              announcement->agent_version};
    const core::Host host{new_id<core::HostId>(now),
                          store::default_customer(unit).id,
                          name.empty() ? announcement->name : name,
                          true,
                          facts_of_candidate(candidate, announcement->address),
                          now,
                          std::nullopt};
    store::add_host(unit, host);
    unit.judge(host.id);
    announcement->state = AnnouncementState::Accepted;
    announcement->host = host.id;
    announcement->nonce = runtime::random_bytes(kKeyBytes);
    store::update_announcement(unit, *announcement, AnnouncementState::Waiting);
    unit.audit("host.accept", host.id.text(), fingerprint_of(announcement->public_key));
    unit.tell(Topic::Pending);
    unit.tell(Topic::Fleet);
    return host.id;
  };
  co_return co_await units_.run(std::move(actor), decide);
}

Task<Result<>> Enrolment::reject(core::AnnouncementId id, Actor actor) {
  const auto decide = [&](Unit& unit) -> Result<> {
    auto announcement = store::find_announcement(unit, id);
    if (!announcement || announcement->expires_at <= unit.now()) return no_announcement();
    announcement->state = AnnouncementState::Rejected;
    announcement->expires_at = unit.now() + kRejectionLife;
    if (!store::update_announcement(unit, *announcement, AnnouncementState::Waiting)) {
      return fail(ErrorKind::Conflict, "decided", "This host was approved or rejected already.");
    }
    unit.audit("host.reject", id.text(), fingerprint_of(announcement->public_key));
    unit.tell(Topic::Pending);
    return {};
  };
  co_return co_await units_.run(std::move(actor), decide);
}

Task<Result<Enrolled>> Enrolment::prove(core::AnnouncementId id, std::string signature, std::string address) {
  const auto check = [&](Unit& unit) -> Result<Enrolled> {
    auto announcement = store::find_announcement(unit, id);
    if (!announcement || announcement->expires_at <= unit.now()) return no_announcement();
    if (announcement->state != AnnouncementState::Accepted)
      return fail(ErrorKind::Conflict, "not_accepted", "This host is not approved yet.");
    const auto text = protocol::proof_text(id.text(), announcement->nonce);
    if (!runtime::verify_signature(announcement->public_key, text, signature)) {
      return fail(ErrorKind::Forbidden, "signature_wrong", "The signature does not match the announced key.");
    }
    const auto host = store::find_host(unit, *announcement->host);
    if (!host) return no_announcement();
    announcement->nonce = runtime::random_bytes(kKeyBytes);
    store::update_announcement(unit, *announcement, AnnouncementState::Accepted);
    unit.by("host " + host->id.text());
    unit.audit("host.prove", host->id.text(), fingerprint_of(announcement->public_key));
    std::string bearer = issue_bearer(unit, host->id, unit.now());
    unit.judge(host->id);
    unit.tell(Topic::Fleet);
    return Enrolled{host->id, host->name, std::move(bearer)};
  };
  Actor agent{"", address};
  Result<Enrolled> enrolled = co_await units_.run(std::move(agent), check);
  if (enrolled) {
    runtime::log::info("host.enrolled", "Host enrolled by announcement",
                       {{"host", enrolled->host.text()}, {"name", enrolled->host_name}});
    agents_.end(enrolled->host, {}, kReplaced);
  }
  co_return enrolled;
}

}  // namespace holdfast::fleet
