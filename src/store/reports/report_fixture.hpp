#pragma once

#include <string>
#include <vector>

#include "report_sample.hpp"
#include "reports/sample_rows.hpp"
#include "store/reports/reports.hpp"

// Reports for the tests of what becomes of them.
namespace holdfast::store {

class ReportsTest : public SampleTest {
 protected:
  StoredReport make_report(const core::HostId& host, std::int64_t seconds, const std::string& document = "{}") {
    StoredReport report;
    report.host = host;
    report.at = at(seconds);
    report.received_at = at(seconds) + core::milliseconds(250);
    report.document = packer_.pack(document, host);
    return report;
  }
  bool add(const StoredReport& report) {
    return write([&](Transaction& transaction) { return add_report(transaction, report); });
  }
  bool add(const core::HostId& host, std::int64_t seconds, const std::string& document = "{}") {
    return add(make_report(host, seconds, document));
  }
  // Of two hosts by turns, one a minute.
  void add_many(const core::HostId& first, const core::HostId& second, int count, std::size_t bytes = 10) {
    tests::SampleNumbers numbers(1);
    write([&](Transaction& transaction) {
      for (int i = 0; i < count; ++i) {
        StoredReport report = make_report(i % 2 == 0 ? first : second, 60 * i);
        report.document.bytes = numbers.hex(bytes);
        add_report(transaction, report);
      }
    });
  }
  std::vector<StoredReport> list(const core::HostId& host, std::int64_t from, std::int64_t to,
                                 std::size_t limit = 1000) {
    return read([&](View& view) { return list_reports(view, host, at(from), at(to), limit); });
  }
  std::vector<StoredReport> last(const core::HostId& host, std::size_t limit) {
    return read([&](View& view) { return last_reports(view, host, limit); });
  }
  std::vector<StoredReport> sample(std::size_t limit) {
    std::vector<StoredReport> samples;
    read([&](View& view) {
      sample_reports(view, limit, [&](const StoredReport& report) { samples.push_back(report); });
      return samples.size();
    });
    return samples;
  }
  void renew_base(const core::HostId& host, const std::string& document, std::int64_t seconds) {
    const std::optional<ReportBase> base = packer_.next_base(host, document, at(seconds));
    ASSERT_TRUE(base);
    write([&](Transaction& transaction) { add_base(transaction, *base); });
    packer_.set_base(*base);
  }
  std::int64_t count(const std::string& table) {
    return read([&](View& view) { return count_rows(view, table); });
  }
  static auto made_at(std::int64_t seconds) { return testing::Field(&StoredReport::at, at(seconds)); }

  Packer packer_;
};
}  // namespace holdfast::store
