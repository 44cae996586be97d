#pragma once

#include <chrono>
#include <optional>

#include "enrolment/enroll.hpp"

namespace holdfast::agent {

// What an announcing agent keeps, so that a restarted one goes on: its key, and what the hub called the announcement.
struct Announcement {
  std::string hub_url;
  std::string public_key;       // raw
  std::string secret_key;       // raw; a secret
  std::string announcement_id;  // empty: the hub does not know of it yet
};
std::optional<Announcement> load_announcement(const std::filesystem::path& state_directory);
void store_announcement(const std::filesystem::path& state_directory, const Announcement& announcement);
void remove_announcement(const std::filesystem::path& state_directory);

// What people compare: the SHA-256 of the public key as 16 groups of 4 hexadecimal digits.
std::string show_fingerprint(std::string_view public_key);

// Makes this machine known to the hub, shows its fingerprint, and waits until somebody accepts or rejects it there. The
// exit code: 0 when enrolled, 1 after saying why not.
runtime::Task<int> announce(runtime::Loop& loop, EnrolRequest request, Say say,
                            std::chrono::milliseconds poll_interval);

}  // namespace holdfast::agent
