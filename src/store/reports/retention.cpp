#include <fmt/format.h>

#include <string>

#include "reports/report_rows.hpp"
#include "sqlite/sqlite.hpp"
#include "store/reports/reports.hpp"

// What becomes of reports as they age.
namespace holdfast::store {
namespace {

// Looks only at the oldest rows: nothing is indexed by the time of arrival, which rises with the id. Where the hub's
// clock was set back, some of those are younger, so it looks a little further, and kListLeft finds the rest.
constexpr std::string_view kRemove =
    "DELETE FROM reports WHERE id IN (SELECT id FROM (SELECT id, at + delay AS received_at FROM reports ORDER BY id "
    "LIMIT ?) AS oldest WHERE received_at < ? LIMIT ?)";
constexpr std::size_t kLookFurther = 4;
const std::string kListLeft = fmt::format(
    "SELECT r.id FROM hosts AS h {} reports AS r ON r.host = h.id AND r.at < ? WHERE r.at + r.delay < ? LIMIT ?",
    kJoinInOrder);
constexpr std::string_view kRemoveOne = "DELETE FROM reports WHERE id = ?";
constexpr std::string_view kRemoveOfHost =
    "DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE host = ? ORDER BY at LIMIT ?)";
// A base was used until the next was made, and a moment longer by what was under way.
constexpr core::milliseconds kStillUnderWay = std::chrono::hours(1);
constexpr std::string_view kRemoveBases =
    "DELETE FROM report_bases WHERE (host, number) IN "
    "(SELECT host, number FROM report_bases AS b WHERE replaced_at < ? AND NOT EXISTS "
    "(SELECT 1 FROM reports WHERE host = b.host AND at < b.replaced_at + ? AND base = b.number) LIMIT ?)";

}  // namespace

std::size_t remove_reports_before(Transaction& transaction, core::Time received_before, std::size_t limit) {
  return static_cast<std::size_t>(
      connection_of(transaction).run(kRemove, limit * kLookFurther, received_before, limit));
}

std::vector<std::int64_t> list_reports_left_before(View& view, core::Time received_before, std::size_t limit) {
  return connection_of(view).list(kListLeft, read_one<std::int64_t>, received_before, received_before, limit);
}

std::size_t remove_reports(Transaction& transaction, const std::vector<std::int64_t>& ids) {
  std::size_t removed = 0;
  for (const std::int64_t id : ids) removed += static_cast<std::size_t>(connection_of(transaction).run(kRemoveOne, id));
  return removed;
}

std::size_t remove_bases_before(Transaction& transaction, core::Time received_before, std::size_t limit) {
  const core::Time replaced_before = received_before - kStillUnderWay;
  return static_cast<std::size_t>(
      connection_of(transaction).run(kRemoveBases, replaced_before, kStillUnderWay.count(), limit));
}

std::size_t remove_reports_of(Transaction& transaction, const core::HostId& host, std::size_t limit) {
  Connection& connection = connection_of(transaction);
  return static_cast<std::size_t>(connection.run(kRemoveOfHost, key_of(transaction, host), limit));
}

}  // namespace holdfast::store
