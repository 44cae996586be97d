#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// How a machine becomes a host: by a one-time token, or by announcing itself and being accepted.
namespace holdfast::store {

struct EnrolmentToken {
  core::EnrolmentTokenId id;
  std::string token_hash;
  core::CustomerId customer;
  std::optional<core::HostId> host;  // set: gives this existing host a new bearer
  std::string created_by;
  core::Time created_at;
  core::Time expires_at;
  std::optional<core::Time> used_at;
};
void add_enrolment_token(Transaction& transaction, const EnrolmentToken& token);
std::optional<EnrolmentToken> find_enrolment_token(View& view, std::string_view token_hash);
// True for exactly one caller.
bool use_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id, core::Time at);
// Unused and not yet expired, newest first.
std::vector<EnrolmentToken> list_enrolment_tokens(View& view, core::Time now);
bool remove_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id);

enum class AnnouncementState { Waiting, Accepted, Rejected };

struct Announcement {
  core::AnnouncementId id;
  std::string public_key;  // Ed25519, 32 bytes; unique
  std::string name;
  std::string os;
  std::string arch;
  std::string agent_version;
  std::string address;
  std::string nonce;  // 32 bytes, made on acceptance and anew by each proof; what the agent signs
  AnnouncementState state = AnnouncementState::Waiting;
  std::optional<core::HostId> host;  // set on acceptance
  core::Time announced_at;
  core::Time expires_at;

  bool operator==(const Announcement&) const = default;
};
std::optional<Announcement> find_announcement(View& view, const core::AnnouncementId& id);
std::optional<Announcement> find_announcement_by_key(View& view, std::string_view public_key);
// Those in state Waiting that have not expired at `now`, oldest first.
std::vector<Announcement> list_waiting_announcements(View& view, core::Time now);
std::vector<Announcement> list_rejected_announcements(View& view, core::Time now);
void add_announcement(Transaction& transaction, const Announcement& announcement);
// Writes all of it if the state still is `expected`; true when it did.
bool update_announcement(Transaction& transaction, const Announcement& announcement, AnnouncementState expected);
// Whether somebody accepted the machine, whose agent still has to prove its key for the host.
bool awaits_proof(View& view, const core::HostId& host, core::Time now);
void remove_announcement(Transaction& transaction, const core::AnnouncementId& id);
void remove_announcements_of(Transaction& transaction, const core::HostId& host);
void remove_expired_announcements(Transaction& transaction, core::Time now);

}  // namespace holdfast::store
