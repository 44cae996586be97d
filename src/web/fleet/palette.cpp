#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fleet/palette.hpp"
#include "fleet/palette_view.hpp"
#include "fleet/rows.hpp"
#include "kit/handlers.hpp"
#include "kit/render/filters.hpp"
#include "kit/render/functions.hpp"
#include "kit/show.hpp"
#include "templates.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::web {
namespace {

using views::PaletteIcon;
using views::PaletteItem;

constexpr std::size_t kPerGroup = 8;
constexpr std::size_t kHostsWithActions = 3;
constexpr std::size_t kMaxQueryBytes = 200;

PaletteIcon icon_of(core::HostState state) {
  switch (state) {
    case core::HostState::Ok:
      return PaletteIcon::Ok;
    case core::HostState::Waiting:
      return PaletteIcon::Waiting;
    case core::HostState::Paused:
      return PaletteIcon::Paused;
    case core::HostState::Warning:
      return PaletteIcon::Warning;
    case core::HostState::Down:
      break;
  }
  return PaletteIcon::Down;
}

PaletteIcon icon_of_job(core::JobState state) {
  switch (state) {
    case core::JobState::Succeeded:
      return PaletteIcon::Ok;
    case core::JobState::Partial:
      return PaletteIcon::Warning;
    case core::JobState::Failed:
      return PaletteIcon::Down;
    case core::JobState::Queued:
    case core::JobState::Running:
    case core::JobState::Cancelled:
      break;
  }
  return PaletteIcon::Job;
}

struct Place {
  PaletteIcon icon;
  std::string_view text;
  std::string_view hint;
  views::LocalPath path;
};
constexpr std::array<Place, 13> kPlaces{{
    {PaletteIcon::Page, "Fleet", "g f", "/"},
    {PaletteIcon::Page, "Hosts that need attention", "", "/?q=status:warn,down"},
    {PaletteIcon::Customer, "Customers", "g c", "/customers"},
    {PaletteIcon::Page, "Jobs", "g j", "/jobs"},
    {PaletteIcon::Page, "Schedules", "g d", "/schedules"},
    {PaletteIcon::Repository, "Repositories", "g r", "/repositories"},
    {PaletteIcon::Settings, "Settings", "g s", "/settings"},
    {PaletteIcon::Add, "Add host", "g a", "/hosts/add"},
    {PaletteIcon::Page, "Hosts to approve", "", "/hosts/pending"},
    {PaletteIcon::Add, "Add schedule", "", "/schedules/new"},
    {PaletteIcon::Add, "Add repository", "", "/repositories/new"},
    {PaletteIcon::Page, "Export the fleet as CSV", "", "/fleet.csv"},
    {PaletteIcon::Page, "Manual", "", "/manual"},
}};

bool contains_words(std::string_view text, std::string_view words) {
  const auto lower = text::to_lower_ascii(text);
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (!lower.contains(words.substr(0, end))) return false;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return true;
}

// All words have to be in a host, whatever they are: a palette has no grammar.
core::Filter words_filter(std::string_view words) {
  core::Filter filter;
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (end > 0) {
      core::FilterTerm term;
      term.values = {std::string(words.substr(0, end))};
      filter.terms.push_back(std::move(term));
    }
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return filter;
}

PaletteItem host_item(const fleet::FleetHost& host, core::Time now) {
  const auto& row = host.row;
  return {icon_of(row.status.state),
          row.host.name,
          row.status.findings.empty() ? row.customer_name : filters::reason(core::words_of(row.status.findings), now),
          host_url(row.host.id),
          {}};
}

std::optional<PaletteItem> back_up_item(const fleet::FleetHost& host) {
  const auto& row = host.row;
  if (!row.host.enrolled || row.repositories.empty() || row.current_job) return std::nullopt;
  return PaletteItem{PaletteIcon::BackUp,
                     fmt::format("Back up {} now", row.host.name),
                     fmt::format("to {}", row.repositories.front()),
                     {},
                     host_url(row.host.id, "backup")};
}

PaletteItem job_item(const core::Job& job) {
  return {icon_of_job(job.state),
          job_title(job),
          std::string(functions::word(show_job_status(job, true))),
          views::Url("/jobs").segment(job.id.text()),
          {},
          job.started_at.value_or(job.created_at)};
}

std::vector<core::HostId> read_recent(std::string_view text) {
  std::vector<core::HostId> ids;
  while (!text.empty() && ids.size() < kPerGroup) {
    const auto end = std::min(text.find('.'), text.size());
    if (auto id = core::HostId::parse(text.substr(0, end))) ids.push_back(*std::move(id));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return ids;
}

void add_group(views::Palette& palette, std::string title, std::vector<PaletteItem> items) {
  if (items.size() > kPerGroup) items.resize(kPerGroup);
  if (!items.empty()) palette.groups.push_back({std::move(title), std::move(items)});
}

std::vector<PaletteItem> host_items(const std::vector<fleet::FleetHost>& hosts, core::Time now) {
  std::vector<PaletteItem> items;
  for (const auto& host : hosts) items.push_back(host_item(host, now));
  return items;
}

std::vector<PaletteItem> action_items(const std::vector<fleet::FleetHost>& hosts) {
  std::vector<PaletteItem> items;
  for (std::size_t i = 0; i < std::min(hosts.size(), kHostsWithActions); ++i) {
    if (auto item = back_up_item(hosts[i])) items.push_back(*std::move(item));
  }
  return items;
}

std::vector<PaletteItem> place_items(std::string_view words) {
  std::vector<PaletteItem> items;
  for (const auto& place : kPlaces)
    if (contains_words(place.text, words))
      items.push_back({place.icon, std::string(place.text), std::string(place.hint), views::Url(place.path), {}});
  return items;
}

Task<std::vector<PaletteItem>> job_items(fleet::Jobs& jobs, const std::vector<fleet::FleetHost>& hosts) {
  std::vector<PaletteItem> items;
  for (std::size_t i = 0; i < std::min(hosts.size(), kHostsWithActions); ++i) {
    core::JobFilter filter;
    filter.host = hosts[i].row.host.id;
    filter.limit = 2;
    const auto found = co_await jobs.list(filter);
    for (const auto& job : found) items.push_back(job_item(job));
  }
  co_return items;
}

Task<std::vector<PaletteItem>> customer_items(fleet::Customers& customers, std::string words) {
  core::CustomerQuery query;
  query.text = std::move(words);
  query.limit = kPerGroup;
  const auto rows = co_await customers.list(std::move(query));
  std::vector<PaletteItem> items;
  for (const auto& row : rows)
    items.push_back({PaletteIcon::Customer,
                     row.customer.name,
                     filters::plural(row.counts.total(), "host", "hosts"),
                     customer_url(row.customer.slug),
                     {}});
  co_return items;
}

Task<std::vector<PaletteItem>> repository_items(fleet::Repositories& repositories, std::string words) {
  const auto all = co_await repositories.list();
  std::vector<PaletteItem> items;
  for (const auto& overview : all)
    if (contains_words(overview.repository.name, words))
      items.push_back({PaletteIcon::Repository,
                       overview.repository.name,
                       filters::plural(overview.hosts.size(), "host", "hosts"),
                       views::Url("/repositories").segment(overview.repository.id.text()),
                       {}});
  co_return items;
}

}  // namespace

PaletteRoutes::PaletteRoutes(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                             fleet::Hosts& hosts, fleet::Customers& customers, fleet::Jobs& jobs,
                             fleet::Repositories& repositories)
    : shell_(shell), clock_(clock), hosts_(hosts), customers_(customers), jobs_(jobs), repositories_(repositories) {
  add_page(router, guard, this, "GET", "/ui/palette", &PaletteRoutes::find);
}

Task<http::Response> PaletteRoutes::find(http::Request& request, Visitor) {
  views::Palette palette;
  palette.query = text::truncate_utf8(text::trim(request.query_value("q")), kMaxQueryBytes);
  const auto words = text::to_lower_ascii(palette.query);
  if (words.empty()) {
    const auto hosts = co_await hosts_.rows(read_recent(request.query_value("recent")));
    add_group(palette, "Recent hosts", host_items(hosts, clock_.now()));
    add_group(palette, "Go to", place_items(words));
    co_return render(200, render_palette, palette);
  }
  core::FleetQuery query;
  query.filter = words_filter(words);
  query.limit = kPerGroup;
  const auto found = co_await hosts_.rows(std::move(query));
  if (!found) co_return error_page(shell_, request, found.error());
  auto customers = co_await customer_items(customers_, words);
  auto jobs = co_await job_items(jobs_, *found);
  auto repositories = co_await repository_items(repositories_, words);
  add_group(palette, "Hosts", host_items(*found, clock_.now()));
  add_group(palette, "Actions", action_items(*found));
  add_group(palette, "Customers", std::move(customers));
  add_group(palette, "Jobs", std::move(jobs));
  add_group(palette, "Repositories", std::move(repositories));
  add_group(palette, "Go to", place_items(words));
  co_return render(200, render_palette, palette);
}

}  // namespace holdfast::web
