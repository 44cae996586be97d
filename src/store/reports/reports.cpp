#include "store/reports/reports.hpp"

#include <algorithm>
#include <cassert>
#include <random>
#include <string>

#include "reports/report_rows.hpp"
#include "sqlite/sqlite.hpp"

// A report cannot be read without what it was packed with, so that the statement refuses one whose base is not
// there. The last bytes of a packed document are the checksum of its text, by which those that may be the same are
// found without unpacking any.
namespace holdfast::store {
namespace {

constexpr std::string_view kDictionaries = "SELECT id, bytes FROM dictionaries ORDER BY id";
constexpr std::string_view kAddDictionary = "INSERT INTO dictionaries (made_at, bytes) VALUES (?, ?) RETURNING id";

const std::string kNewestBases =
    "SELECT h.uid, b.number, b.made_at, b.dictionary, b.document FROM report_bases AS b JOIN hosts AS h ON h.id = "
    "b.host WHERE b.number = (SELECT max(number) FROM report_bases WHERE host = b.host)";
const std::string kNewestBase = kNewestBases + " AND h.uid = ?";
constexpr std::string_view kHostIds = "SELECT uid FROM hosts";
constexpr std::string_view kReplaceBase = "UPDATE report_bases SET replaced_at = ? WHERE host = ? AND number = ? - 1";
constexpr std::string_view kAddBase =
    "INSERT INTO report_bases (host, number, made_at, dictionary, document) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (host, number) DO NOTHING";

// A base that is not there is NULL, which the column refuses: nobody could read such a report.
constexpr std::string_view kAdd =
    "INSERT INTO reports (host, at, delay, flags, dictionary, base, document) VALUES (?, ?, ?, ?, ?, "
    "CASE WHEN ? = 0 THEN 0 ELSE (SELECT number FROM report_bases WHERE host = ? AND number = ?) END, ?) "
    "ON CONFLICT (host, at) DO NOTHING";
constexpr std::string_view kOpenHour = "INSERT INTO open_hours (hour, host) VALUES (?, ?) ON CONFLICT DO NOTHING";

const std::string kSelect =
    "SELECT r.id, h.uid, r.at, r.at + r.delay, r.flags, r.dictionary, r.document, r.base, b.dictionary, b.document "
    "FROM reports AS r JOIN hosts AS h ON h.id = r.host "
    "LEFT JOIN report_bases AS b ON b.host = r.host AND b.number = r.base ";
const std::string kFind = kSelect + "WHERE r.id = ?";
const std::string kFindAt = kSelect + "WHERE r.host = (SELECT id FROM hosts WHERE uid = ?) AND r.at = ?";
const std::string kFindNext = kSelect + "WHERE r.id >= ? ORDER BY r.id LIMIT 1";
const std::string kList =
    kSelect + "WHERE r.host = (SELECT id FROM hosts WHERE uid = ?) AND r.at >= ? AND r.at < ? ORDER BY r.at LIMIT ?";
constexpr std::string_view kListIds =
    "SELECT id FROM reports WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND at >= ? AND at < ? "
    "ORDER BY at LIMIT ?";
const std::string kLast = kSelect + "WHERE r.host = (SELECT id FROM hosts WHERE uid = ?) ORDER BY r.at DESC LIMIT ?";
constexpr std::string_view kFindFree =
    "SELECT r.at + 1 FROM reports AS r WHERE r.host = (SELECT id FROM hosts WHERE uid = ?) AND r.at >= ? AND r.at < ? "
    "AND NOT EXISTS (SELECT 1 FROM reports WHERE host = r.host AND at = r.at + 1) ORDER BY r.at LIMIT 1";
// A packed document ends with the checksum of what it was packed from, with whatever base or dictionary.
const std::string kListAlike =
    kSelect +
    "WHERE r.id IN (SELECT id FROM (SELECT id FROM reports WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "ORDER BY at DESC LIMIT ?) AS newest UNION "
    "SELECT id FROM reports WHERE host = (SELECT id FROM hosts WHERE uid = ?) AND at BETWEEN ? AND ?) "
    "AND " +
    last_characters("r.document", 4) + " = " + last_characters("?", 4) + " LIMIT 16";  // more are made to look alike
constexpr std::string_view kLastMoments =
    "SELECT at, at + delay, flags FROM reports WHERE host = (SELECT id FROM hosts WHERE uid = ?) "
    "ORDER BY at DESC LIMIT ?";
constexpr std::string_view kFirstId = "SELECT min(id) FROM reports";
constexpr std::string_view kLastId = "SELECT max(id) FROM reports";
constexpr std::string_view kCount = "SELECT count(*) FROM reports";

core::Time read_moment(Statement& row) {
  core::Time moment;
  row.read(moment);
  return moment;
}

Dictionary read_dictionary(Statement& row) {
  Dictionary dictionary;
  row.read(dictionary.id, dictionary.bytes);
  return dictionary;
}

std::int64_t read_id(Statement& row) {
  std::int64_t id = 0;
  row.read(id);
  return id;
}

ReportBase read_base(Statement& row) {
  ReportBase base;
  row.read(base.host, base.number, base.made_at, base.document.dictionary, base.document.bytes);
  return base;
}

StoredReport read_report(Statement& row) {
  StoredReport report;
  PackedDocument& document = report.document;
  PackedDocument base;
  int flags = 0;
  row.read(report.id, report.host, report.at, report.received_at, flags, document.dictionary, document.bytes,
           document.base, base.dictionary, base.bytes);
  report.clock_ahead = (flags & kClockAhead) != 0;
  report.clock_behind = (flags & kClockBehind) != 0;
  if (document.base != 0) {
    document.base_host = report.host;
    document.base_document = std::make_shared<const PackedDocument>(std::move(base));
  }
  return report;
}

core::ReportMoment read_report_moment(Statement& row) {
  core::ReportMoment moment;
  int flags = 0;
  row.read(moment.at, moment.received_at, flags);
  moment.clock_ahead = (flags & kClockAhead) != 0;
  moment.clock_behind = (flags & kClockBehind) != 0;
  return moment;
}

}  // namespace

std::vector<Dictionary> list_dictionaries(View& view) {
  return connection_of(view).list(kDictionaries, read_dictionary);
}

std::int64_t add_dictionary(Transaction& transaction, std::string_view bytes, core::Time at) {
  return *connection_of(transaction).find(kAddDictionary, read_id, at, Blob{bytes});
}

std::vector<ReportBase> list_newest_bases(View& view) {
  return connection_of(view).list(kNewestBases, read_base);
}

std::optional<ReportBase> find_newest_base(View& view, const core::HostId& host) {
  return connection_of(view).find(kNewestBase, read_base, host);
}

std::vector<core::HostId> list_host_ids(View& view) {
  return connection_of(view).list(kHostIds, [](Statement& row) { return core::HostId(read_text(row)); });
}

bool add_base(Transaction& transaction, const ReportBase& base) {
  Connection& connection = connection_of(transaction);
  const std::int64_t host = key_of(transaction, base.host);
  const auto added =
      connection.run(kAddBase, host, base.number, base.made_at, base.document.dictionary, Blob{base.document.bytes});
  if (added == 0) return false;
  connection.run(kReplaceBase, base.made_at, host, base.number);
  return true;
}

bool add_report(Transaction& transaction, const StoredReport& report) {
  const PackedDocument& document = report.document;
  assert(report.at <= report.received_at);
  if (document.base != 0 && document.base_host != report.host) {
    throw core::DatabaseError("A report was packed with the base of another host; nobody could read it.");
  }
  Connection& connection = connection_of(transaction);
  const std::int64_t host = key_of(transaction, report.host);
  const core::milliseconds delay = report.received_at - report.at;
  const int flags = (report.clock_ahead ? kClockAhead : 0) | (report.clock_behind ? kClockBehind : 0);
  if (connection.run(kAdd, host, report.at, delay.count(), flags, document.dictionary, document.base, host,
                     document.base, Blob{document.bytes}) == 0) {
    return false;
  }
  connection.run(kOpenHour, hour_of(report.at), host);
  return true;
}

std::optional<core::Time> find_free_moment(View& view, const StoredReport& report) {
  return connection_of(view).find(kFindFree, read_moment, report.host, report.at, report.at + kMomentSpread);
}

std::vector<StoredReport> list_alike(View& view, const StoredReport& report, std::size_t last, core::Time from,
                                     core::Time to) {
  return connection_of(view).list(kListAlike, read_report, report.host, last, report.host, from, to,
                                  Blob{report.document.bytes});
}

std::optional<StoredReport> find_report(View& view, std::int64_t id) {
  return connection_of(view).find(kFind, read_report, id);
}

std::optional<StoredReport> find_report(View& view, const core::HostId& host, core::Time at) {
  return connection_of(view).find(kFindAt, read_report, host, at);
}

std::vector<StoredReport> list_reports(View& view, const core::HostId& host, core::Time from, core::Time to,
                                       std::size_t limit) {
  return connection_of(view).list(kList, read_report, host, from, to, limit);
}

std::vector<std::int64_t> list_report_ids(View& view, const core::HostId& host, core::Time from, core::Time to,
                                          std::size_t limit) {
  return connection_of(view).list(kListIds, read_id, host, from, to, limit);
}

std::vector<StoredReport> last_reports(View& view, const core::HostId& host, std::size_t limit) {
  return connection_of(view).list(kLast, read_report, host, limit);
}

std::vector<core::ReportMoment> last_moments(View& view, const core::HostId& host, std::size_t limit) {
  return connection_of(view).list(kLastMoments, read_report_moment, host, limit);
}

// From each of `limit` equal parts one at a random place: a fixed step could meet the same host again and again.
void sample_reports(View& view, std::size_t limit, const std::function<void(const StoredReport&)>& take) {
  Connection& connection = connection_of(view);
  const std::int64_t first = connection.number(kFirstId);
  const std::int64_t last = connection.number(kLastId);
  const double step = std::max(1.0, static_cast<double>(last - first + 1) / static_cast<double>(limit));
  std::minstd_rand random;
  std::uniform_real_distribution<double> place(0, step);
  std::int64_t next = first;
  for (std::size_t part = 0; part < limit; ++part) {
    const double position = static_cast<double>(part) * step + place(random);
    const std::int64_t id = std::max(next, first + static_cast<std::int64_t>(position));
    if (const std::optional<StoredReport> report = connection.find(kFindNext, read_report, id)) {
      next = report->id + 1;
      take(*report);
    }
  }
}

std::size_t count_reports(View& view) {
  return static_cast<std::size_t>(connection_of(view).number(kCount));
}

std::size_t estimate_reports(View& view) {
  Connection& connection = connection_of(view);
  const std::int64_t last = connection.number(kLastId);
  return last == 0 ? 0 : static_cast<std::size_t>(last - connection.number(kFirstId) + 1);
}

}  // namespace holdfast::store
