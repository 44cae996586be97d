#include <algorithm>
#include <cassert>

#include "hosts/pauses.hpp"
#include "sqlite/sqlite.hpp"
#include "store/accounts/customers.hpp"

// What people add to hosts: pauses, tags, notes, another customer.
namespace holdfast::store {
namespace {

constexpr std::string_view kSetPause =
    "UPDATE hosts SET paused_since = ?, paused_until = ?, pause_reason = ?, paused_by = ? WHERE uid = ?";
constexpr std::string_view kPause =
    "SELECT paused_since, paused_until, pause_reason, paused_by FROM hosts WHERE uid = ?";

constexpr std::string_view kRemoveTags = "DELETE FROM host_tags WHERE host = (SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kAddTag =
    "INSERT INTO host_tags (host, tag) VALUES ((SELECT id FROM hosts WHERE uid = ?), ?) "
    "ON CONFLICT (host, tag) DO NOTHING";
constexpr std::string_view kTags =
    "SELECT tag FROM host_tags WHERE host = (SELECT id FROM hosts WHERE uid = ?) ORDER BY tag";
constexpr std::string_view kAllTags = "SELECT DISTINCT tag FROM host_tags ORDER BY tag";

constexpr std::string_view kSetNotes = "UPDATE hosts SET notes = ? WHERE uid = ?";
constexpr std::string_view kSetTwins = "UPDATE hosts SET twins_at = ?, twins = ? WHERE uid = ?";
constexpr std::string_view kClearTwins = "UPDATE hosts SET twins_at = NULL, twins = '' WHERE uid = ?";
constexpr std::string_view kFindTwins = "SELECT twins_at, twins FROM hosts WHERE uid = ? AND twins_at IS NOT NULL";
constexpr std::string_view kNotes = "SELECT notes FROM hosts WHERE uid = ?";

constexpr std::string_view kSetNeedsBackup = "UPDATE hosts SET needs_backup = ? WHERE uid = ?";

// The customer may have a host of that report name.
constexpr std::string_view kMove =
    "UPDATE hosts SET customer = c.id FROM customers AS c WHERE c.uid = ? AND hosts.uid = ? AND NOT EXISTS "
    "(SELECT 1 FROM hosts AS o WHERE o.customer = c.id AND o.report_name = hosts.report_name AND o.id <> hosts.id)";
constexpr std::string_view kSetReportName = "UPDATE hosts SET report_name = ? WHERE uid = ?";

[[maybe_unused]] constexpr std::size_t kMaxTagBytes = 40 * 4;  // only asserted

}  // namespace

void set_host_pause(Transaction& transaction, const core::HostId& id, const std::optional<core::Pause>& pause) {
  write_pause(connection_of(transaction), kSetPause, id, pause);
}

std::optional<core::Pause> host_pause(View& view, const core::HostId& id) {
  return connection_of(view).find(kPause, read_pause, id).value_or(std::nullopt);
}

void set_host_tags(Transaction& transaction, const core::HostId& id, const std::vector<std::string>& tags) {
  connection_of(transaction).run(kRemoveTags, id);
  for (const std::string& tag : tags) {
    assert(!tag.empty() && tag.size() <= kMaxTagBytes);
    connection_of(transaction).run(kAddTag, id, tag);
  }
}

std::vector<std::string> host_tags(View& view, const core::HostId& id) {
  return connection_of(view).list(kTags, read_text, id);
}

std::vector<std::string> list_tags(View& view) {
  return connection_of(view).list(kAllTags, read_text);
}

bool set_host_notes(Transaction& transaction, const core::HostId& id, std::string_view notes) {
  return connection_of(transaction).run(kSetNotes, notes, id) == 1;
}

std::string host_notes(View& view, const core::HostId& id) {
  return connection_of(view).find(kNotes, read_text, id).value_or("");
}

bool set_needs_backup(Transaction& transaction, const core::HostId& id, bool needs_backup) {
  return connection_of(transaction).run(kSetNeedsBackup, needs_backup, id) == 1;
}

bool move_host(Transaction& transaction, const core::HostId& id, const core::CustomerId& customer) {
  return connection_of(transaction).run(kMove, customer, id) == 1;
}

void set_report_name(Transaction& transaction, const core::HostId& id, std::string_view name) {
  connection_of(transaction).run(kSetReportName, name, id);
}

void set_host_twins(Transaction& transaction, const core::HostId& id, const Twins& twins) {
  connection_of(transaction).run(kSetTwins, twins.at, twins.places, id);
}

void clear_host_twins(Transaction& transaction, const core::HostId& id) {
  connection_of(transaction).run(kClearTwins, id);
}

std::optional<Twins> find_host_twins(View& view, const core::HostId& id) {
  const auto read_twins = [](Statement& row) {
    Twins twins;
    row.read(twins.at, twins.places);
    return twins;
  };
  return connection_of(view).find(kFindTwins, read_twins, id);
}

}  // namespace holdfast::store
