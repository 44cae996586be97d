#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/enrolment/enrolment.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"
#include "runtime/secrets/crypto.hpp"

// How machines become hosts, and the bearers of their agents.
namespace holdfast::fleet {

using runtime::Task;

inline constexpr std::chrono::hours kTokenLife{1};
inline constexpr std::chrono::hours kAnnouncementLife{1};
inline constexpr std::chrono::days kRejectionLife{30};
inline constexpr std::size_t kMaxWaiting = 100;
inline constexpr std::size_t kMaxWaitingOfNetwork = 20;
inline constexpr std::chrono::minutes kRotationOverlap{10};

struct MadeToken {
  core::EnrolmentTokenId id;
  std::string token;  // shown once
  core::Time expires_at;
};

struct TokenUse {
  bool waiting = false;
  bool expired = false;  // or revoked
  std::optional<core::HostId> host;
  std::string host_name;
};

// What a machine says of itself before it is a host.
struct Candidate {
  std::string name;
  std::string hostname;
  std::string os;
  std::string arch;
  std::string agent_version;
};

struct Enrolled {
  core::HostId host;
  std::string host_name;
  std::string bearer;
};

struct Announced {
  core::AnnouncementId id;
  std::string fingerprint;  // 64 hex digits
  core::Time expires_at;
};

struct AnnouncementStatus {
  core::AnnouncementState state;
  std::string nonce;  // 32 bytes when accepted, else empty
};

struct PendingHost {
  core::Announcement announcement;
  std::string fingerprint;
  std::optional<core::HostId> look_alike;  // a host that has this name or one that looks like it, with another key
};

// What a bearer is worth to an agent that says hello with it.
enum class BearerStanding {
  Good,    // it is the host's only one
  Ending,  // another one was made for the host: good until then, and for asking for that one
  Ended,   // it was revoked, replaced or has expired, or the host is gone
};
// Within the transaction of a hello. A good bearer ends all others of its host, and the announcement it came from.
BearerStanding settle_bearer(store::Transaction& transaction, const AgentIdentity& identity, core::Time now);

// Lives on the loop's thread.
class Enrolment {
 public:
  Enrolment(store::Database& database, const runtime::Clock& clock, const runtime::SecretBox& secrets, Agents& agents,
            Live& live, Watch& watch)
      : database_(database), clock_(clock), secrets_(secrets), agents_(agents), units_(database, clock, live, watch) {}

  // A token for a new host, or a new bearer for `host`.
  Task<core::Result<MadeToken>> make_token(std::optional<core::HostId> host, Actor actor);
  Task<std::vector<core::EnrolmentToken>> tokens();
  // Whether it is one that nobody has used yet and that has not expired.
  Task<bool> is_open_token(std::string token);
  Task<core::Result<>> remove_token(core::EnrolmentTokenId id, Actor actor);
  // What has become of a token, for the page that waits for its agent. Who used it is known until the hub restarts.
  Task<TokenUse> token_use(core::EnrolmentTokenId id);
  // Uses up a token. Unauthorized when unknown, Gone when used or expired.
  Task<core::Result<Enrolled>> enrol(std::string token, Candidate candidate, std::string address);

  // The same key announced again is the same announcement. Conflict when the key already belongs to a host or was
  // rejected.
  Task<core::Result<Announced>> announce(std::string public_key, Candidate candidate, std::string address);
  Task<core::Result<AnnouncementStatus>> status(core::AnnouncementId id);
  Task<std::vector<PendingHost>> pending();
  Task<std::size_t> count_pending();
  Task<std::vector<PendingHost>> rejected();
  // Makes the host; its agent still has to prove its key. `name` empty: as announced.
  Task<core::Result<core::HostId>> accept(core::AnnouncementId id, std::string name, Actor actor);
  Task<core::Result<>> reject(core::AnnouncementId id, Actor actor);
  // The agent signed protocol::proof_text with the announced key: it is given its bearer. Good once: from then on
  // another nonce is to be signed, should the answer be lost, and a second proof ends the bearer of the first.
  Task<core::Result<Enrolled>> prove(core::AnnouncementId id, std::string signature, std::string address);

  // Whose bearer this is.
  Task<std::optional<AgentIdentity>> authenticate(std::string bearer);
  // A second bearer; the first ends when the second is first used, at the latest after kRotationOverlap. Until it is
  // used, whoever asks again is given the same.
  Task<core::Result<std::string>> rotate(std::string bearer);
  // Ends all bearers of a host with their connections, and the announcement it came from; the host itself stays.
  Task<core::Result<>> revoke(core::HostId host, Actor actor);

 private:
  Task<std::vector<PendingHost>> describe(std::vector<core::Announcement> announcements);
  core::Result<std::string> renew(Unit& unit, const AgentIdentity& identity) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const runtime::SecretBox& secrets_;
  Agents& agents_;
  Units units_;
  std::unordered_map<core::EnrolmentTokenId, TokenUse> used_;  // in the last hours
};

}  // namespace holdfast::fleet
