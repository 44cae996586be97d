#include <string>
#include <utility>

#include "sqlite/sqlite.hpp"
#include "store/enrolment/enrolment.hpp"

namespace holdfast::store {
namespace {

const std::string kSelect =
    "SELECT a.uid, a.public_key, a.name, a.os, a.arch, a.agent_version, a.address, a.nonce, a.state, h.uid, "
    "a.announced_at, a.expires_at FROM announcements AS a LEFT JOIN hosts AS h ON h.id = a.host ";
const std::string kFind = kSelect + "WHERE a.uid = ?";
const std::string kFindByKey = kSelect + "WHERE a.public_key = ?";
const std::string kListByState = kSelect + "WHERE a.state = ? AND a.expires_at > ? ORDER BY a.uid";

constexpr std::string_view kAdd =
    "INSERT INTO announcements (public_key, name, os, arch, agent_version, address, nonce, state, host, announced_at, "
    "expires_at, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM hosts WHERE uid = ?), ?, ?, ?)";
constexpr std::string_view kUpdate =
    "UPDATE announcements SET public_key = ?, name = ?, os = ?, arch = ?, agent_version = ?, address = ?, "
    "nonce = ?, state = ?, host = (SELECT id FROM hosts WHERE uid = ?), announced_at = ?, expires_at = ? "
    "WHERE uid = ? AND state = ?";
constexpr std::string_view kAwaitsProof =
    "SELECT EXISTS (SELECT 1 FROM announcements WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND state = 'accepted' AND expires_at > ?)";
constexpr std::string_view kRemove = "DELETE FROM announcements WHERE uid = ?";
constexpr std::string_view kRemoveOfHost =
    "DELETE FROM announcements WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kRemoveExpired = "DELETE FROM announcements WHERE expires_at <= ?";

std::string_view to_text(core::AnnouncementState state) {
  switch (state) {
    case core::AnnouncementState::Waiting:
      return "waiting";
    case core::AnnouncementState::Accepted:
      return "accepted";
    case core::AnnouncementState::Rejected:
      return "rejected";
  }
  std::unreachable();
}

// The schema lets no other text in.
core::AnnouncementState parse_state(std::string_view text) {
  if (text == "accepted") return core::AnnouncementState::Accepted;
  return text == "rejected" ? core::AnnouncementState::Rejected : core::AnnouncementState::Waiting;
}

core::Announcement read_announcement(Statement& row) {
  core::Announcement announcement;
  std::string state;
  row.read(announcement.id, announcement.public_key, announcement.name, announcement.os, announcement.arch,
           announcement.agent_version, announcement.address, announcement.nonce, state, announcement.host,
           announcement.announced_at, announcement.expires_at);
  announcement.state = parse_state(state);
  return announcement;
}

// All columns, the id as the last, then the others.
std::int64_t write_announcement(Transaction& transaction, std::string_view sql, const core::Announcement& announcement,
                                const auto&... others) {
  return connection_of(transaction)
      .run(sql, Blob{announcement.public_key}, announcement.name, announcement.os, announcement.arch,
           announcement.agent_version, announcement.address, Blob{announcement.nonce}, to_text(announcement.state),
           announcement.host, announcement.announced_at, announcement.expires_at, announcement.id, others...);
}

std::vector<core::Announcement> list_by_state(View& view, core::AnnouncementState state, core::Time now) {
  return connection_of(view).list(kListByState, read_announcement, to_text(state), now);
}

}  // namespace

std::optional<core::Announcement> find_announcement(View& view, const core::AnnouncementId& id) {
  return connection_of(view).find(kFind, read_announcement, id);
}

std::optional<core::Announcement> find_announcement_by_key(View& view, std::string_view public_key) {
  return connection_of(view).find(kFindByKey, read_announcement, Blob{public_key});
}

std::vector<core::Announcement> list_waiting_announcements(View& view, core::Time now) {
  return list_by_state(view, core::AnnouncementState::Waiting, now);
}

std::vector<core::Announcement> list_rejected_announcements(View& view, core::Time now) {
  return list_by_state(view, core::AnnouncementState::Rejected, now);
}

void add_announcement(Transaction& transaction, const core::Announcement& announcement) {
  write_announcement(transaction, kAdd, announcement);
}

bool update_announcement(Transaction& transaction, const core::Announcement& announcement,
                         core::AnnouncementState expected) {
  return write_announcement(transaction, kUpdate, announcement, to_text(expected)) == 1;
}

bool awaits_proof(View& view, const core::HostId& host, core::Time now) {
  return connection_of(view).number(kAwaitsProof, host, now) != 0;
}

void remove_announcement(Transaction& transaction, const core::AnnouncementId& id) {
  connection_of(transaction).run(kRemove, id);
}

void remove_announcements_of(Transaction& transaction, const core::HostId& host) {
  connection_of(transaction).run(kRemoveOfHost, host);
}

void remove_expired_announcements(Transaction& transaction, core::Time now) {
  connection_of(transaction).run(kRemoveExpired, now);
}

}  // namespace holdfast::store
