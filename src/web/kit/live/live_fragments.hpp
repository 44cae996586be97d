#pragma once

#include <set>
#include <string>
#include <vector>

#include "fleet/agents/agents.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/hosts/summary.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/histories.hpp"
#include "fleet/reports/stored_reports.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "fleet/rows.hpp"
#include "kit/live/live_feeds.hpp"
#include "kit/shell/pulse_counter.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

// Renders what a feed has to say, for one page: it knows what that page shows.
class LiveFragments {
 public:
  struct Parts {
    const runtime::Clock& clock;
    PulseCounter& pulse;
    RowContexts& row_contexts;
    fleet::Hosts& hosts;
    fleet::Summary& summary;
    const fleet::Watch& watch;
    fleet::StoredReports& reports;
    fleet::Histories& histories;
    fleet::Jobs& jobs;
    const fleet::Agents& agents;
    fleet::Enrolment& enrolment;
    fleet::Repositories& repositories;
    const fleet::RepositoryChecks& checks;
  };
  // `request` is the one of the stream: its query names the rows and the address that the page shows.
  LiveFragments(const Parts& parts, const http::Request& request);

  // The <hx-partial> elements; empty when there is nothing to say. Not of a log, whose lines must come once.
  Task<std::string> render(const Feed& feed);
  // What was rendered last is known to be old already: it is to be rendered again, however quiet it is from here on.
  bool is_outdated(const Feed& feed) const { return feed.region == Region::Band && parts_.summary.is_outdated(); }

 private:
  Task<std::string> rows(const Feed& feed);
  Task<std::string> band();
  Task<std::string> order();
  Task<std::string> cells(const Feed& feed);
  Task<std::string> host(const Feed& feed);
  Task<std::string> history(const Feed& feed);
  Task<std::string> job(const Feed& feed);
  Task<std::string> jobs();
  Task<std::string> pending();
  Task<std::string> enrolment(const Feed& feed);
  Task<std::string> repository(const Feed& feed);

  const Parts& parts_;
  std::vector<core::HostId> rows_;
  FleetAddress view_;
  views::Url at_;      // where that is shown, unless in the fleet
  std::string state_;  // of the grid, as the page was rendered
  std::string range_;  // of the history
  std::string container_;
  bool moved_ = false;  // the order of the rows is another, and the page says so
  std::set<std::string> active_jobs_;
};

}  // namespace holdfast::web
