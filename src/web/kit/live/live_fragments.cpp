#include "kit/live/live_fragments.hpp"

#include <algorithm>
#include <utility>

#include "fleet/show.hpp"
#include "hosts/history/show_history.hpp"
#include "hosts/show.hpp"
#include "hosts/show_figures.hpp"
#include "jobs/read_job.hpp"
#include "kit/show.hpp"
#include "protocol/report/report.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kCellsAtOnce = 500;
constexpr std::size_t kJobsShown = 200;

// The cell of one host again.
views::Cell show_cell(const core::FleetRow& row, views::CellColour colour, const core::StatusLimits& limits,
                      core::Time now) {
  core::FleetCell cell;
  cell.state = row.status.state;
  cell.backup_at = row.status.protected_at;
  cell.limits = row.status.limits;
  cell.needs_backup = row.host.needs_backup;
  if (row.report) cell.disk_percent = row.report->figures.disk_percent;
  return {row.host.id.text(), row.host.name, mark_of(cell, colour, limits, now), core::words_of(row.status.findings),
          now};
}

std::vector<core::HostId> ids_of(const std::vector<fleet::FleetHost>& hosts) {
  std::vector<core::HostId> ids;
  for (const auto& host : hosts) ids.push_back(host.row.host.id);
  return ids;
}

std::string changed_bar(std::string text, views::Url sort_again, bool at_once = false) {
  std::string html;
  render_live_fleet_changed(html, views::FleetChanged{std::move(text), std::move(sort_again), at_once});
  return html;
}

}  // namespace

LiveFragments::LiveFragments(const Parts& parts, const http::Request& request)
    : parts_(parts),
      rows_(read_rows(request)),
      view_(read_view(request)),
      at_(request.query_value("at").empty() ? url_of(view_) : views::Url::from_request(request.query_value("at"))),
      state_(request.query_value("state")),
      range_(read_history_range(request.query_value("range"))),
      container_(request.query_value("container")) {}

Task<std::string> LiveFragments::render(const Feed& feed) {
  switch (feed.region) {
    case Region::Pulse: {
      const auto pulse = co_await parts_.pulse.read();
      std::string html;
      render_live_pulse(html, pulse);
      co_return html;
    }
    case Region::Rows:
      co_return co_await rows(feed);
    case Region::Band:
      co_return co_await band();
    case Region::Order:
      co_return co_await order();
    case Region::Cells:
      co_return co_await cells(feed);
    case Region::Host:
      co_return co_await host(feed);
    case Region::History:
      co_return co_await history(feed);
    case Region::Jobs:
      co_return co_await jobs();
    case Region::Job:
      co_return co_await job(feed);
    case Region::Pending:
      co_return co_await pending();
    case Region::Enrolment:
      co_return co_await enrolment(feed);
    case Region::Repository:
      co_return co_await repository(feed);
    case Region::Log:
      break;
  }
  co_return std::string();
}

// Only rows that the page shows are read.
Task<std::string> LiveFragments::rows(const Feed& feed) {
  std::vector<core::HostId> wanted;
  for (const auto& id : rows_)
    if (feed.whole || feed.changed.contains(id.text())) wanted.push_back(id);
  std::string html;
  if (wanted.empty()) co_return html;
  const auto hosts = co_await parts_.hosts.rows(std::move(wanted));
  const auto context = co_await parts_.row_contexts.of(hosts);
  for (const auto& host : hosts) render_live_host_row(html, show_row(host, context));
  co_return html;
}

Task<std::string> LiveFragments::band() {
  const auto pulse = co_await parts_.pulse.read();
  const auto summary = co_await parts_.summary.read();
  std::string html;
  render_live_fleet_band(html, show_band(pulse, summary, parts_.clock.now()));
  co_return html;
}

// Rows never move by themselves: the page is told that they would.
Task<std::string> LiveFragments::order() {
  auto query = query_of(view_);
  if (!query) co_return std::string();
  const auto hosts = co_await parts_.hosts.rows(*std::move(query));
  if (!hosts) co_return std::string();
  auto text = order_change(rows_, ids_of(*hosts));
  const bool moved = !text.empty();
  if (!moved && !std::exchange(moved_, moved)) co_return std::string();
  moved_ = moved;
  co_return changed_bar(std::move(text), at_, rows_.empty());
}

Task<std::string> LiveFragments::cells(const Feed& feed) {
  const auto now = parts_.clock.now();
  if (feed.whole || feed.changed.size() > kCellsAtOnce) {
    auto query = query_of(view_);
    if (!query) co_return std::string();
    const auto all = co_await parts_.hosts.cells(*std::move(query));
    const auto state = std::to_string(state_of(show_grid(all, view_, parts_.watch.limits(), now)));
    if (std::exchange(state_, state) == state) co_return std::string();
    co_return changed_bar("Some hosts have changed since this was drawn.", url_of(view_));
  }
  std::vector<core::HostId> ids;
  for (const auto& id : feed.changed)
    if (auto host = core::HostId::parse(id)) ids.push_back(*std::move(host));
  const auto hosts = co_await parts_.hosts.rows(std::move(ids));
  views::CellChanges changes;
  for (const auto& host : hosts) changes.cells.push_back(show_cell(host.row, view_.colour, parts_.watch.limits(), now));
  std::string html;
  render_live_cells(html, changes);
  co_return html;
}

Task<std::string> LiveFragments::host(const Feed& feed) {
  const core::HostId id(feed.id);
  const auto detail = co_await parts_.hosts.detail(id);
  if (!detail) co_return std::string();
  const HostContext context{parts_.clock.now(), shown_limits(detail->overview.status.limits, parts_.watch.limits()),
                            views::Url("/hosts").segment(feed.id)};
  std::string html;
  render_live_host_head(html, show_head(*detail, context));
  render_live_host_jobs(html, show_host_jobs(*detail, context.now));
  const auto latest = co_await parts_.reports.latest(id);
  if (!latest) co_return html;
  const auto reading = protocol::read_report(latest->document);
  if (reading.refusal) co_return html;
  auto figures = show_figures(reading.report, latest->at, detail->overview.full_at, context);
  figures.left_out = reading.left_out;
  render_live_host_figures(html, figures);
  co_return html;
}

Task<std::string> LiveFragments::history(const Feed& feed) {
  const core::HostId id(feed.id);
  const auto detail = co_await parts_.hosts.detail(id);
  const auto period = fleet::parse_period(range_, parts_.clock.now());
  if (!detail || !period) co_return std::string();
  auto history = co_await parts_.histories.of_host(id, *period);
  std::string html;
  // A page that waits for the first report goes on waiting.
  if (history.points.empty() && !detail->overview.report) co_return html;
  const auto limits = shown_limits(detail->overview.status.limits, parts_.watch.limits());
  const HistoryContext context{views::Url("/hosts").segment(feed.id), range_, limits.backup_age, detail->jobs,
                               container_};
  render_live_history(html, show_history(std::move(history), context));
  co_return html;
}

Task<std::string> LiveFragments::job(const Feed& feed) {
  const auto job = co_await parts_.jobs.find(core::JobId(feed.id));
  if (!job) co_return std::string();
  const auto view = co_await read_job(parts_.jobs, parts_.hosts, *job, parts_.clock.now());
  std::string html;
  render_live_job(html, view);
  co_return html;
}

Task<std::string> LiveFragments::jobs() {
  const auto now = parts_.clock.now();
  const auto unfinished = co_await parts_.jobs.list(active_jobs(kJobsShown));
  const views::ActiveJobs active{show_active_rows(unfinished, parts_.agents, now)};
  std::set<std::string> ids;
  for (const auto& job : unfinished) ids.insert(job.id.text());
  std::string html;
  render_live_active_jobs(html, active);
  const auto before = std::exchange(active_jobs_, ids);
  for (const auto& id : before) {
    if (ids.contains(id)) continue;
    const auto ended = co_await parts_.jobs.find(core::JobId(id));
    if (ended) render_live_finished_job(html, show_job_row(*ended, true, now));
  }
  co_return html;
}

Task<std::string> LiveFragments::pending() {
  const auto now = parts_.clock.now();
  const auto waiting = co_await parts_.enrolment.pending();
  views::PendingList list;
  for (const auto& pending : waiting) list.hosts.push_back(show_pending(pending, waiting, now));
  std::string html;
  render_live_pending(html, list);
  co_return html;
}

Task<std::string> LiveFragments::repository(const Feed& feed) {
  const auto overview = co_await parts_.repositories.find(core::RepositoryId(feed.id));
  std::string html;
  if (!overview) co_return html;
  const auto newest = parts_.checks.newest(overview->repository.id);
  render_live_connection_test(html, show_connection_test(*overview, newest, parts_.agents, parts_.clock.now()));
  co_return html;
}

Task<std::string> LiveFragments::enrolment(const Feed& feed) {
  const auto use = co_await parts_.enrolment.token_use(core::EnrolmentTokenId(feed.id));
  views::EnrolmentWait wait;
  wait.waiting = use.waiting;
  wait.expired = use.expired;
  if (use.host) {
    wait.host_name = use.host_name;
    wait.host = host_url(*use.host);
    const auto overview = co_await parts_.hosts.find(*use.host);
    wait.reported = overview && overview->report.has_value();
  }
  std::string html;
  render_live_enrolment(html, wait);
  co_return html;
}

}  // namespace holdfast::web
