#include "store/reports/roll_ups.hpp"

#include <algorithm>

#include "reports/report_rows.hpp"
#include "reports/roll_up_codec.hpp"
#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kFindChunk = "SELECT chunk, points FROM roll_ups WHERE host = ? AND span = ? AND chunk = ?";
constexpr std::string_view kPutChunk =
    "INSERT INTO roll_ups (host, span, chunk, points) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (host, span, chunk) DO UPDATE SET points = excluded.points";
constexpr std::string_view kListChunks =
    "SELECT chunk, points FROM roll_ups WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND span = ? "
    "AND chunk BETWEEN ? AND ? ORDER BY chunk";
constexpr std::string_view kRemoveChunks =
    "DELETE FROM roll_ups WHERE (host, span, chunk) IN "
    "(SELECT host, span, chunk FROM roll_ups WHERE span = ? AND chunk < ? ORDER BY chunk LIMIT ?)";

constexpr std::string_view kListOpen =
    "SELECT h.uid, o.hour, (SELECT max(id) FROM reports WHERE host = o.host AND at >= o.hour * ? "
    "AND at < (o.hour + 1) * ?) FROM open_hours AS o JOIN hosts AS h ON h.id = o.host WHERE o.hour < ? "
    "ORDER BY o.hour, o.host LIMIT ?";
constexpr std::string_view kListOpenOfHost =
    "SELECT hour FROM open_hours WHERE hour >= ? AND hour < ? AND host = (SELECT id FROM hosts WHERE uid = ?) "
    "ORDER BY hour LIMIT ?";
constexpr std::string_view kClose =
    "DELETE FROM open_hours WHERE hour = ? AND host = ? AND NOT EXISTS "
    "(SELECT 1 FROM reports WHERE host = ? AND at >= ? AND at < ? AND id > ?)";

constexpr core::milliseconds kHour = std::chrono::hours(1);

// As the column `span` has it.
int number_of(core::RollUpSpan span) {
  return span == core::RollUpSpan::Hour ? 0 : 1;
}

// Damage is that of the row, so that the other chunks are read.
auto chunk_reader(const ChunkShape& shape, core::RollUpParts parts = core::RollUpParts::All) {
  return [shape, parts](Statement& row) {
    std::int64_t chunk = 0;
    std::string points;
    row.read(chunk, points);
    return decode_roll_ups(shape, chunk, points, parts);
  };
}

core::OpenHour read_open_hour(Statement& row) {
  core::OpenHour open;
  std::int64_t hour = 0;
  std::optional<std::int64_t> newest;
  row.read(open.host, hour, newest);
  open.newest_report = newest.value_or(0);
  open.start = core::Time(kHour * hour);
  return open;
}

void insert_or_replace(std::vector<core::RollUp>& roll_ups, const core::RollUp& values) {
  const auto place = std::ranges::lower_bound(roll_ups, values.start, {}, &core::RollUp::start);
  if (place != roll_ups.end() && place->start == values.start) {
    *place = values;
  } else {
    roll_ups.insert(place, values);
  }
}

}  // namespace

void put_roll_up(Transaction& transaction, core::RollUpSpan span, const core::HostId& host,
                 const core::RollUp& values) {
  Connection& connection = connection_of(transaction);
  const ChunkShape shape = shape_of(span);
  const std::int64_t key = find_key(transaction, host);
  if (key == 0) return;
  const std::int64_t chunk = shape.chunk_of(values.start);
  auto roll_ups = connection.find(kFindChunk, chunk_reader(shape), key, number_of(span), chunk)
                      .value_or(std::vector<core::RollUp>());
  insert_or_replace(roll_ups, values);
  connection.run(kPutChunk, key, number_of(span), chunk, Blob{encode_roll_ups(shape, roll_ups)});
}

std::vector<core::RollUp> list_roll_ups(View& view, core::RollUpSpan span, const core::HostId& host, core::Time from,
                                        core::Time to, core::RollUpParts parts) {
  const ChunkShape shape = shape_of(span);
  auto chunks = connection_of(view).list(kListChunks, chunk_reader(shape, parts), host, number_of(span),
                                         shape.chunk_of(from), shape.chunk_of(to));
  std::vector<core::RollUp> roll_ups;
  for (auto& chunk : chunks) {
    for (core::RollUp& roll_up : chunk) {
      if (roll_up.start >= from && roll_up.start < to) roll_ups.push_back(std::move(roll_up));
    }
  }
  return roll_ups;
}

std::vector<core::OpenHour> list_open_hours(View& view, core::Time before, std::size_t limit) {
  const std::int64_t end = hour_of(before + kHour - core::milliseconds(1));  // the first that does not start before
  return connection_of(view).list(kListOpen, read_open_hour, kHour.count(), kHour.count(), end, limit);
}

std::vector<core::Time> list_open_hours_of(View& view, const core::HostId& host, core::Time from, core::Time to,
                                           std::size_t limit) {
  const auto first_from = [](core::Time time) { return hour_of(time + kHour - core::milliseconds(1)); };
  const auto read_start = [](Statement& row) {
    std::int64_t hour = 0;
    row.read(hour);
    return core::Time(kHour * hour);
  };
  return connection_of(view).list(kListOpenOfHost, read_start, first_from(from), first_from(to), host, limit);
}

bool close_hour(Transaction& transaction, const core::OpenHour& hour) {
  Connection& connection = connection_of(transaction);
  const std::int64_t host = find_key(transaction, hour.host);
  if (host == 0) return true;
  return connection.run(kClose, hour_of(hour.start), host, host, hour.start, hour.start + kHour, hour.newest_report) ==
         1;
}

std::size_t remove_roll_ups_before(Transaction& transaction, core::RollUpSpan span, core::Time before,
                                   std::size_t limit) {
  const std::int64_t chunk = shape_of(span).chunk_of(before);
  return static_cast<std::size_t>(connection_of(transaction).run(kRemoveChunks, number_of(span), chunk, limit));
}

}  // namespace holdfast::store
