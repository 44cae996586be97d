#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "probes/host_probes.hpp"
#include "reports/report_ledger.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::agent {

struct ReporterOptions {
  std::chrono::milliseconds interval = std::chrono::minutes(15);  // between reports
  std::chrono::milliseconds check = std::chrono::minutes(1);      // between looks whether health has changed
  HostProbes::Options probes;
};

// Makes reports: at the start, regularly, and when the host's health changes. Lives on the loop's thread; stop() before
// it goes.
class Reporter {
 public:
  Reporter(runtime::Loop& loop, const runtime::Clock& clock, const OwnBackups& backups, ReportLedger& ledger,
           ReporterOptions options);

  void start();
  runtime::Task<> stop() { return tasks_.stop(); }

 private:
  runtime::Task<> report_for_ever();
  runtime::Task<> report_and_wait();
  runtime::Task<> report();
  // Returns when it is time for the next report.
  runtime::Task<> wait_for_reason();

  // Constant after construction.
  const runtime::Clock& clock_;
  ReportLedger& ledger_;
  ReporterOptions options_;

  HostProbes probes_;
  std::optional<core::Health> health_;  // as last reported
  runtime::TaskGroup tasks_;
};

// The document, with as many disks and containers as fit.
std::string encode_within(core::Report report, std::size_t limit);

}  // namespace holdfast::agent
