#pragma once

#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"

// How a machine becomes a host: by a one-time token, or by announcing itself and being accepted.
namespace holdfast::core {

struct EnrolmentToken {
  EnrolmentTokenId id;
  std::string token_hash;
  CustomerId customer;
  std::optional<HostId> host;  // set: gives this existing host a new bearer
  std::string created_by;
  Time created_at;
  Time expires_at;
  std::optional<Time> used_at;
};

enum class AnnouncementState { Waiting, Accepted, Rejected };

struct Announcement {
  AnnouncementId id;
  std::string public_key;  // Ed25519, 32 bytes; unique
  std::string name;
  std::string os;
  std::string arch;
  std::string agent_version;
  std::string address;
  std::string nonce;  // 32 bytes, made on acceptance and anew by each proof; what the agent signs
  AnnouncementState state = AnnouncementState::Waiting;
  std::optional<HostId> host;  // set on acceptance
  Time announced_at;
  Time expires_at;

  bool operator==(const Announcement&) const = default;
};

}  // namespace holdfast::core
