#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/enrolment/enrolment.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "store/sqlite/database.hpp"

// How a machine becomes a host: by a one-time token, or by announcing itself and being accepted.
namespace holdfast::store {

void add_enrolment_token(Transaction& transaction, const core::EnrolmentToken& token);
std::optional<core::EnrolmentToken> find_enrolment_token(View& view, std::string_view token_hash);
// True for exactly one caller.
bool use_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id, core::Time at);
// Unused and not yet expired, newest first.
std::vector<core::EnrolmentToken> list_enrolment_tokens(View& view, core::Time now);
bool remove_enrolment_token(Transaction& transaction, const core::EnrolmentTokenId& id);

std::optional<core::Announcement> find_announcement(View& view, const core::AnnouncementId& id);
std::optional<core::Announcement> find_announcement_by_key(View& view, std::string_view public_key);
// Those in state Waiting that have not expired at `now`, oldest first.
std::vector<core::Announcement> list_waiting_announcements(View& view, core::Time now);
std::vector<core::Announcement> list_rejected_announcements(View& view, core::Time now);
void add_announcement(Transaction& transaction, const core::Announcement& announcement);
// Writes all of it if the state still is `expected`; true when it did.
bool update_announcement(Transaction& transaction, const core::Announcement& announcement,
                         core::AnnouncementState expected);
// Whether somebody accepted the machine, whose agent still has to prove its key for the host.
bool awaits_proof(View& view, const core::HostId& host, core::Time now);
void remove_announcement(Transaction& transaction, const core::AnnouncementId& id);
void remove_announcements_of(Transaction& transaction, const core::HostId& host);
void remove_expired_announcements(Transaction& transaction, core::Time now);

}  // namespace holdfast::store
