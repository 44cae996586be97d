#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "fleet/actor.hpp"
#include "fleet/live.hpp"
#include "fleet/watch.hpp"
#include "runtime/clock.hpp"
#include "store/database.hpp"
#include "store/enrolment.hpp"

// How machines become hosts, and the bearers of their agents.
namespace holdfast::fleet {

using runtime::Task;

inline constexpr std::chrono::hours kTokenLife{1};
inline constexpr std::chrono::hours kAnnouncementLife{1};
inline constexpr std::chrono::days kRejectionLife{30};
inline constexpr std::size_t kMaxWaiting = 100;
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
  store::AnnouncementState state;
  std::string nonce;  // 32 bytes when accepted, else empty
};

struct PendingHost {
  store::Announcement announcement;
  std::string fingerprint;
  bool name_taken = false;  // a host of this name exists, with another key
};

struct AgentIdentity {
  core::HostId host;
  std::string token_hash;
};

// Lives on the loop's thread.
class Enrolment {
 public:
  Enrolment(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch)
      : database_(database), clock_(clock), live_(live), watch_(watch) {}

  // A token for a new host, or a new bearer for `host`.
  Task<core::Result<MadeToken>> make_token(std::optional<core::HostId> host, Actor actor);
  Task<std::vector<store::EnrolmentToken>> tokens();
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
  Task<std::vector<PendingHost>> rejected();
  // Makes the host; its agent still has to prove its key. `name` empty: as announced.
  Task<core::Result<core::HostId>> accept(core::AnnouncementId id, std::string name, Actor actor);
  Task<core::Result<>> reject(core::AnnouncementId id, Actor actor);
  // The agent signed prove_message(id, nonce) with the announced key: it is given its bearer.
  Task<core::Result<Enrolled>> prove(core::AnnouncementId id, std::string signature);

  // Whose bearer this is.
  Task<std::optional<AgentIdentity>> authenticate(std::string bearer);
  // A second bearer; the first ends when the second is first used, at the latest after kRotationOverlap.
  Task<core::Result<std::string>> rotate(std::string bearer);
  // Called when an agent connects with a bearer: all others of the host end, and this one has no end.
  Task<> bearer_used(AgentIdentity identity);
  // Ends all bearers of a host; the host itself stays.
  Task<core::Result<>> revoke(core::HostId host, Actor actor);

 private:
  Task<std::vector<PendingHost>> describe(std::vector<store::Announcement> announcements);

  store::Database& database_;
  const runtime::Clock& clock_;
  Live& live_;
  Watch& watch_;
  std::unordered_map<core::EnrolmentTokenId, TokenUse> used_;  // in the last hours
};

// The bytes an announced agent signs.
std::string prove_message(const core::AnnouncementId& id, std::string_view nonce);

}  // namespace holdfast::fleet
