#pragma once

#include "core/hosts/fleet.hpp"
#include "fleet/address.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/hosts/summary.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/rows.hpp"
#include "fleet/view.hpp"
#include "kit/guard.hpp"
#include "kit/one_time.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class FleetPages {
 public:
  FleetPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock, fleet::Hosts& hosts,
             fleet::Jobs& jobs, fleet::Summary& summary, const fleet::Watch& watch, RowContexts& row_contexts);

 private:
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> remember(http::Request& request, Visitor visitor);
  Task<http::Response> check_filter(http::Request& request, Visitor visitor);
  Task<http::Response> do_in_bulk(http::Request& request, Visitor visitor);
  Task<http::Response> show_bulk(http::Request& request, Visitor visitor);
  Task<core::Result<views::BulkPage>> run_bulk(http::Request& request, const Visitor& visitor);
  Task<http::StreamResponse> csv(http::Request& request, Visitor visitor);

  // What goes below the tools of `page`.
  Task<http::Response> grid(views::FleetPage page, FleetAddress address, core::FleetQuery query);
  Task<http::Response> table(views::FleetPage page, FleetAddress address, core::FleetQuery query,
                             http::Request& request);
  Task<> write_csv(http::Stream& stream, core::FleetQuery query);

  Guard& guard_;
  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Hosts& hosts_;
  fleet::Jobs& jobs_;
  fleet::Summary& summary_;
  const fleet::Watch& watch_;
  RowContexts& row_contexts_;
  OneTime<views::BulkPage> bulk_results_;
};

}  // namespace holdfast::web
