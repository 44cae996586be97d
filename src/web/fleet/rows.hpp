#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fleet/address.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/show.hpp"
#include "fleet/view.hpp"
#include "kit/guard.hpp"
#include "runtime/async/clock.hpp"

// The rows of hosts on a page, and the part of its stream that keeps them true.
namespace holdfast::web {

// Reads what rows of hosts are shown against.
class RowContexts {
 public:
  RowContexts(const runtime::Clock& clock, const fleet::Watch& watch, fleet::Jobs& jobs, std::string hub_version)
      : clock_(clock), watch_(watch), jobs_(jobs), hub_version_(std::move(hub_version)) {}

  Task<RowContext> of(const std::vector<fleet::FleetHost>& hosts);

 private:
  const runtime::Clock& clock_;
  const fleet::Watch& watch_;
  fleet::Jobs& jobs_;
  std::string hub_version_;
};

views::HostTable show_table(const fleet::FleetPage& found, const FleetAddress& address, const views::FleetTools& tools,
                            const RowContext& context);
// What phones, which show no heads, choose from.
std::vector<views::Option> sort_options(const FleetAddress& address);
// The first page of a customer's hosts, without ways to sort it; the others are at `address`.
views::HostTable show_customer_table(const fleet::FleetPage& found, const FleetAddress& address,
                                     const RowContext& context);

// "/ui/stream?topics=pulse,fleet&rows=…&view=…": the rows that the page shows, and the address whose order they are in.
views::Url fleet_stream(const FleetAddress& address, const std::vector<fleet::FleetHost>& hosts);
std::vector<core::HostId> read_rows(const http::Request& request);
FleetAddress read_view(const http::Request& request);

// A number that is another when a cell of the grid has another mark.
std::uint64_t state_of(const views::FleetGrid& grid);

}  // namespace holdfast::web
