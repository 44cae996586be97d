#include "store/hosts/pings.hpp"

#include "hosts/ping_rows.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kSet =
    "UPDATE host_state SET pinged_at = ?, ping = ?, ping_detail = ?, ping_every = ? "
    "WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND (pinged_at IS NULL OR ?)";
// A host that reports is known by its reports.
constexpr std::string_view kHear =
    "UPDATE host_state SET silent_since = ? WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "AND reported_at IS NULL AND pinged_at = ?";
constexpr std::string_view kFind =
    "SELECT pinged_at, ping, ping_detail, ping_every FROM host_state "
    "WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND pinged_at IS NOT NULL";

int number_of(core::PingKind kind) {
  switch (kind) {
    case core::PingKind::Success:
      return kPingSuccess;
    case core::PingKind::Start:
      return kPingStart;
    case core::PingKind::Failure:
      return kPingFailure;
  }
  std::unreachable();
}

core::PingKind kind_of(int number) {
  if (number == kPingFailure) return core::PingKind::Failure;
  return number == kPingStart ? core::PingKind::Start : core::PingKind::Success;
}

core::Ping read_ping(Statement& row) {
  core::Ping ping;
  int kind = 0;
  std::int64_t every = 0;
  row.read(ping.at, kind, ping.detail, every);
  ping.kind = kind_of(kind);
  ping.every = std::chrono::seconds(every);
  return ping;
}

}  // namespace

void set_ping(Transaction& transaction, const core::HostId& host, const core::Ping& ping) {
  Connection& connection = connection_of(transaction);
  connection.run(kSet, ping.at, number_of(ping.kind), ping.detail, ping.every.count(), host,
                 ping.kind != core::PingKind::Start);
  connection.run(kHear, ping.at, host, ping.at);
}

std::optional<core::Ping> find_ping(View& view, const core::HostId& host) {
  return connection_of(view).find(kFind, read_ping, host);
}

}  // namespace holdfast::store
