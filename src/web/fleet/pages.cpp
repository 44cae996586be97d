#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "fleet/csv.hpp"
#include "fleet/pages.hpp"
#include "fleet/rows.hpp"
#include "fleet/show.hpp"
#include "kit/handlers.hpp"
#include "kit/render/filters.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kCsvRowsAtOnce = 500;
constexpr std::string_view kAttention = "status:warn,down";

views::Tab chip(FleetAddress address, std::string text, std::string_view term, std::optional<std::size_t> count = {}) {
  const bool on = has_term(address.text, term);
  address.text = toggle_term(address.text, term);
  address.after.clear();
  return {std::move(text), url_of(address), count, on};
}

views::Url without_filter(FleetAddress address) {
  address.text.clear();
  address.after.clear();
  return url_of(address);
}

std::vector<views::Tab> chips_of(const FleetAddress& address, const views::Pulse& pulse,
                                 const std::vector<core::TagCount>& tags) {
  std::vector<views::Tab> chips{{"All", without_filter(address), pulse.total(), address.text.empty()},
                                chip(address, "Needs attention", kAttention, pulse.warning + pulse.down),
                                chip(address, "Running", "job:running")};
  for (const auto& [tag, hosts] : tags) chips.push_back(chip(address, tag, "tag:" + tag, hosts));
  return chips;
}

views::Url with_layout(FleetAddress address, views::Layout layout) {
  address.layout = layout;
  address.after.clear();
  return url_of(address);
}

views::FleetTools tools_of(const FleetAddress& address, const http::Request& request) {
  views::FleetTools tools;
  tools.query = address.text;
  tools.kept = kept_fields(address);
  tools.layout = address.layout;
  tools.density = density_of(address, request);
  tools.table = with_layout(address, views::Layout::Table);
  tools.grid = with_layout(address, views::Layout::Grid);
  tools.here = url_of(address);
  tools.columns = columns_of(address, request);
  tools.sorts = sort_options(address);
  return tools;
}

views::Url csv_url(FleetAddress address) {
  address.after.clear();
  address.layout = views::Layout::Table;
  address.columns.reset();
  address.density.reset();
  return url_of(address, "/fleet.csv");
}

// A filter on figures passes over hosts that have none: that is said, or they would seem to be well.
std::optional<views::Notice> left_out(const core::Filter& filter, const views::Pulse& pulse) {
  constexpr std::array kFigures{core::FilterKey::Cpu, core::FilterKey::Memory, core::FilterKey::Disk};
  const bool figures = std::ranges::any_of(
      filter.terms, [&](const auto& term) { return std::ranges::find(kFigures, term.key) != kFigures.end(); });
  if (!figures || pulse.waiting == 0) return std::nullopt;
  return views::Notice{
      views::Tone::Info, filters::plural(pulse.waiting, "host has never reported.", "hosts have never reported."),
      "A filter on figures leaves them out.", views::Url("/").query("q", "status:waiting"), "Show them"};
}

}  // namespace

FleetPages::FleetPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                       fleet::Hosts& hosts, fleet::Jobs& jobs, fleet::Summary& summary, const fleet::Watch& watch,
                       RowContexts& row_contexts)
    : guard_(guard),
      shell_(shell),
      clock_(clock),
      hosts_(hosts),
      jobs_(jobs),
      summary_(summary),
      watch_(watch),
      row_contexts_(row_contexts) {
  add_page(router, guard, this, "GET", "/", &FleetPages::show);
  add_page(router, guard, this, "POST", "/ui/fleet-view", &FleetPages::remember);
  add_page(router, guard, this, "GET", "/ui/filter", &FleetPages::check_filter);
  add_page(router, guard, this, "POST", "/ui/bulk", &FleetPages::do_in_bulk);
  add_page(router, guard, this, "GET", "/ui/bulk", &FleetPages::show_bulk);
  router.add_stream("/fleet.csv", guard.stream([this](http::Request& request, Visitor visitor) {
    return csv(request, std::move(visitor));
  }));
}

Task<http::Response> FleetPages::show(http::Request& request, Visitor visitor) {
  const auto address = read_fleet_address(request);
  views::FleetPage page;
  page.page = co_await shell_.page(request, visitor, "Fleet", views::Section::Fleet);
  const auto& pulse = page.page.pulse;
  page.total = pulse.total();
  page.tools = tools_of(address, request);
  page.all = without_filter(address);
  page.csv = csv_url(address);
  auto query = query_of(address);
  if (!query) page.tools.error = query.error().message + ".";
  const auto summary = co_await summary_.read();
  page.tools.chips = chips_of(address, pulse, summary.tags);
  page.customers = summary.customers;
  page.band = show_band(pulse, summary, page.page.now);
  if (!query) co_return render(422, render_fleet_page, page);
  page.partial = left_out(query->filter, pulse);
  if (address.layout == views::Layout::Grid) co_return co_await grid(std::move(page), address, *std::move(query));
  co_return co_await table(std::move(page), address, *std::move(query), request);
}

Task<http::Response> FleetPages::grid(views::FleetPage page, FleetAddress address, core::FleetQuery query) {
  const auto cells = co_await hosts_.cells(std::move(query));
  page.grid = show_grid(cells, address, watch_.limits(), page.page.now);
  page.page.stream = stream_url("cells");
  page.page.stream.query("view", url_of(address).text()).query("state", state_of(page.grid));
  co_return render(200, render_fleet_page, page);
}

Task<http::Response> FleetPages::table(views::FleetPage page, FleetAddress address, core::FleetQuery query,
                                       http::Request& request) {
  auto found = co_await hosts_.page(query);
  if (!found && !address.after.empty()) {
    // The cursor of another order, or of a row that is gone: the first page is always right.
    address.after.clear();
    query.after.clear();
    found = co_await hosts_.page(query);
  }
  if (!found) co_return error_page(shell_, request, found.error());
  const auto context = co_await row_contexts_.of(found->hosts);
  page.table = show_table(*found, address, page.tools, context);
  page.page.stream = fleet_stream(address, found->hosts);
  co_return render(200, render_fleet_page, page);
}

Task<http::Response> FleetPages::remember(http::Request& request, Visitor) {
  const auto remembered = remember_view(form_of(request));
  auto response = http::redirect(remembered.back.text());
  for (const auto& cookie : remembered.cookies) response.headers.add("Set-Cookie", cookie);
  co_return response;
}

// For a page that keeps what it shows while a filter is half typed: why it cannot be read; nothing when it can.
Task<http::Response> FleetPages::check_filter(http::Request& request, Visitor) {
  const auto query = query_of(read_fleet_address(request));
  co_return http::text_response(200, query ? std::string() : query.error().message + ".");
}

Task<http::StreamResponse> FleetPages::csv(http::Request& request, Visitor) {
  auto query = query_of(read_fleet_address(request));
  if (!query) co_return http::StreamResponse{error_page(shell_, request, query.error()), {}};
  http::StreamResponse answer;
  answer.head.headers.set("Content-Type", "text/csv; charset=utf-8");
  answer.head.headers.set("Content-Disposition", "attachment; filename=\"fleet.csv\"");
  answer.head.headers.set("Cache-Control", "no-store");
  answer.write = [this, query = *std::move(query)](http::Stream& stream) { return write_csv(stream, query); };
  co_return answer;
}

// Page by page, so that a fleet of any size takes no more memory than one page of it. Which hosts, and in which order,
// is read once: who changes places meanwhile is neither left out nor there twice.
Task<> FleetPages::write_csv(http::Stream& stream, core::FleetQuery query) {
  const auto ids = co_await hosts_.ids(std::move(query));
  std::string lines = csv_head();
  bool alive = co_await stream.write(lines);
  for (auto rest = std::span(ids); alive && !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kCsvRowsAtOnce));
    rest = rest.subspan(some.size());
    std::vector<core::HostId> page(some.begin(), some.end());
    const auto hosts = co_await hosts_.rows(std::move(page));
    lines.clear();
    for (const auto& host : hosts) lines += csv_row(host);
    alive = co_await stream.write(lines);
  }
}

}  // namespace holdfast::web
