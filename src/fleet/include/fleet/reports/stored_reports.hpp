#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/reports/report_state.hpp"
#include "core/time.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Reports as they were sent.
namespace holdfast::fleet {

using runtime::Task;

// One document with its moment.
struct ReportDocument {
  core::HostId host;
  core::Time at;
  core::Time received_at;
  bool clock_ahead = false;
  bool clock_behind = false;
  std::string document;  // exactly as it was sent
};

// Lives on the loop's thread.
class StoredReports {
 public:
  StoredReports(store::Database& database, const runtime::Clock& clock, const store::Packer& packer)
      : database_(database), clock_(clock), packer_(packer) {}

  Task<std::optional<ReportDocument>> latest(core::HostId host);
  // Of whichever of its hosts reported last.
  Task<std::optional<ReportDocument>> latest_of_customer(core::CustomerId customer);
  // Newest first.
  Task<std::vector<ReportDocument>> last(core::HostId host, std::size_t limit);
  Task<std::vector<core::ReportMoment>> moments(core::HostId host, std::size_t limit);
  // A host has one report of each moment at most. NotFound when there is none.
  Task<core::Result<ReportDocument>> find(core::HostId host, core::Time at);

 private:
  std::optional<ReportDocument> open(const store::StoredReport& report) const;

  store::Database& database_;
  const runtime::Clock& clock_;
  const store::Packer& packer_;
};

}  // namespace holdfast::fleet
