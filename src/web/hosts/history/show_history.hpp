#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/jobs/job_record.hpp"
#include "core/status/status.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/reports/histories.hpp"
#include "kit/render/chart.hpp"

// From what was reported over time to graphs and tables. Pure.
namespace holdfast::web {

// "24h", "7d", "30d", "1y": what a page can show; anything else is the first.
std::string_view read_history_range(std::string_view text);

struct HistoryContext {
  views::Url graphs;  // the host's page; ranges and the table are addresses below it
  std::string_view range;
  std::chrono::seconds backup_limit;
  std::vector<core::Job> jobs;  // of the host: backups within the range are shaded
  std::string container = {};   // whose curves are drawn; empty: of those that use most
};

views::History show_history(fleet::History history, const HistoryContext& context);
views::HistoryTable show_history_table(const fleet::History& history, const HistoryContext& context);

}  // namespace holdfast::web
