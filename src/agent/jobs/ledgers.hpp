#pragma once

#include "jobs/ledger.hpp"
#include "reports/report_ledger.hpp"

namespace holdfast::agent {

// All that the agent still has to hand in, in folders of the state folder.
struct Ledgers {
  Ledgers(runtime::Loop& loop, const std::filesystem::path& state_directory)
      : jobs(loop, state_directory / "ledger"), reports(loop, state_directory / "reports") {}

  Ledger jobs;
  ReportLedger reports;
};

}  // namespace holdfast::agent
