#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "pages/pages.hpp"
#include "pages/show.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kRowsPerPage = 50;

// What the address asks for: ?status=down&q=web&page=2
struct Filter {
  std::string status;
  std::string text;
  std::size_t page = 1;

  bool matches(const fleet::HostOverview& overview) const {
    const bool state_fits = status.empty() || to_text(overview.status.state) == status ||
                            (status == "attention" && overview.status.state >= core::HostState::Warning);
    const auto& host = overview.host;
    const auto contains = [this](const std::string& where) { return core::to_lower_ascii(where).contains(text); };
    return state_fits && (text.empty() || contains(host.name) || contains(host.facts.hostname) ||
                          contains(host.facts.address) || contains(host.facts.os));
  }
};

Filter read_filter(const http::Request& request) {
  Filter filter{std::string(request.query_value("status")), core::to_lower_ascii(core::trim(request.query_value("q"))),
                1};
  const auto page = request.query_value("page");
  if (!page.empty() && page.size() < 7 && std::ranges::all_of(page, [](char c) { return c >= '0' && c <= '9'; })) {
    filter.page = std::max<std::size_t>(std::stoul(std::string(page)), 1);
  }
  return filter;
}

views::Url address_of(const Filter& filter) {
  views::Url url("/");
  if (!filter.status.empty()) url.query("status", filter.status);
  if (!filter.text.empty()) url.query("q", filter.text);
  if (filter.page > 1) url.query("page", filter.page);
  return url;
}

std::vector<views::Tab> tabs_of(const Filter& filter, const std::vector<fleet::HostOverview>& all) {
  constexpr std::pair<std::string_view, std::string_view> kTabs[] = {
      {"", "All"}, {"attention", "Needs attention"}, {"down", "Down"}, {"warning", "Warning"}, {"ok", "OK"}};
  std::vector<views::Tab> tabs;
  for (const auto& [status, name] : kTabs) {
    const Filter of_tab{std::string(status), filter.text, 1};
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(all, [&](const auto& overview) { return of_tab.matches(overview); }));
    tabs.push_back({std::string(name), address_of(of_tab), count, filter.status == status});
  }
  return tabs;
}

}  // namespace

FleetPages::FleetPages(http::Router& router, Guard& guard, Shell& shell) : shell_(shell) {
  add_page(router, guard, this, "GET", "/", &FleetPages::show);
}

Task<http::Response> FleetPages::show(http::Request& request, Visitor visitor) {
  const Filter filter = read_filter(request);
  views::FleetPage page;
  page.page = co_await shell_.page(request, visitor, "Fleet", views::Section::Fleet, "fleet");
  const auto all = co_await shell_.parts().hosts.list();
  page.band = show_band(all, page.page.pulse, page.page.now);
  page.filters = tabs_of(filter, all);
  page.query = request.query_value("q");
  page.total = all.size();
  page.all = views::Url("/");
  std::size_t matching = 0;
  const std::size_t first = (filter.page - 1) * kRowsPerPage;
  for (const auto& overview : all) {
    if (!filter.matches(overview)) continue;
    if (matching >= first && matching < first + kRowsPerPage) page.hosts.push_back(show_row(overview, page.page.now));
    ++matching;
  }
  if (matching > first + kRowsPerPage) page.next = address_of({filter.status, filter.text, filter.page + 1});
  co_return render(200, render_fleet_page, page);
}

}  // namespace holdfast::web
