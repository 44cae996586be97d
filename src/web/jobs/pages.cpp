#include <fmt/format.h>

#include <algorithm>

#include "fleet/show.hpp"
#include "jobs/pages.hpp"
#include "jobs/read_job.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/shell/pager.hpp"
#include "kit/show.hpp"
#include "templates.hpp"
#include "text/ascii.hpp"
#include "text/number.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

namespace holdfast::web {
namespace {

using core::JobState;

constexpr std::size_t kJobsPerPage = 50;
constexpr std::size_t kLogLinesShown = 1000;
constexpr std::size_t kWholeLog = 100'000;
constexpr std::size_t kEarlierJobs = 14;
constexpr std::size_t kActiveShown = 200;
constexpr std::size_t kSearchBytes = 100;

constexpr std::string_view kActive = "active";

struct StateTab {
  std::string_view value;
  std::string_view name;
  std::vector<JobState> states;  // of the ended jobs it lists
};
const std::vector<StateTab>& state_tabs() {
  static const std::vector<StateTab> tabs{
      {"", "All", {JobState::Succeeded, JobState::Partial, JobState::Failed, JobState::Cancelled}},
      {kActive, "Active", {}},
      {"failed", "Failed", {JobState::Failed}},
      {"partial", "Partial", {JobState::Partial}},
      {"succeeded", "Done", {JobState::Succeeded}},
      {"cancelled", "Cancelled", {JobState::Cancelled}}};
  return tabs;
}

// The address of the list with one of its filters changed.
views::Url job_list_url(std::string_view state, const views::JobsPage& page, std::string_view after = {}) {
  views::Url url("/jobs");
  if (!state.empty()) url.query("state", state);
  if (!page.host.empty()) url.query("host", page.host);
  if (!page.query.empty()) url.query("q", page.query);
  if (!after.empty()) url.query("after", after);
  return url;
}

std::string job_summary(const std::vector<core::Job>& unfinished) {
  const auto running = std::ranges::count(unfinished, JobState::Running, &core::Job::state);
  const auto queued = std::ssize(unfinished) - running;
  if (unfinished.empty()) return "No running jobs";
  return fmt::format("{} running, {} queued", running, queued);
}

views::Url older_log_url(const core::JobId& job, std::uint64_t before) {
  return views::Url("/jobs").segment(job.text()).segment("log").query("before", before);
}

// Among the jobs of its host, those that a job of this order may be judged against.
void narrow_to_alike(core::JobFilter& filter, const core::BackupOrder& order) {
  filter.source_group = order.source_group;
}

fleet::JobRequest request_again(const core::RepositoryId& repository, const core::BackupOrder& order, bool initialise) {
  return {repository, fleet::BackupRequest{order.source_group, initialise || order.initialise}};
}

}  // namespace

JobPages::JobPages(http::Router& router, Guard& guard, Shell& shell, fleet::Jobs& jobs, fleet::Hosts& hosts,
                   fleet::Agents& agents)
    : shell_(shell), jobs_(jobs), hosts_(hosts), agents_(agents) {
  add_page(router, guard, this, "GET", "/jobs", &JobPages::list);
  add_page(router, guard, this, "GET", "/jobs/{id}", &JobPages::show);
  add_page(router, guard, this, "GET", "/jobs/{id}/log", &JobPages::older_log);
  add_page(router, guard, this, "GET", "/jobs/{id}/log.txt", &JobPages::download_log);
  add_page(router, guard, this, "POST", "/jobs/{id}/cancel", &JobPages::cancel);
  add_page(router, guard, this, "POST", "/jobs/{id}/accept", &JobPages::accept);
  add_page(router, guard, this, "POST", "/jobs/{id}/retry", &JobPages::retry);
}

Task<http::Response> JobPages::list(http::Request& request, Visitor visitor) {
  const auto host = core::HostId::parse(request.query_value("host"));
  views::JobsPage page;
  page.state = request.query_value("state");
  page.host = host ? host->text() : "";
  page.query = text::truncate_utf8(text::trim(request.query_value("q")), kSearchBytes);
  page.filtered = !page.state.empty() || host || !page.query.empty();
  const auto after = core::JobId::parse(request.query_value("after"));
  // What the stream sends is all that runs and what has just ended, so a list of some goes without it.
  const bool live = !page.filtered && !after;
  page.page = co_await shell_.page(request, visitor, "Jobs", views::Section::Jobs, live ? "jobs" : "");
  page.all = views::Url("/jobs");

  auto filter = active_jobs(kActiveShown);
  filter.host = host;
  filter.text = page.query;
  const auto unfinished = co_await jobs_.list(filter);
  page.summary = job_summary(unfinished);
  if ((page.state.empty() && !after) || page.state == kActive)
    page.active.jobs = show_active_rows(unfinished, agents_, page.page.now);
  for (const auto& tab : state_tabs()) {
    const auto count = tab.value == kActive && !unfinished.empty() ? std::optional(unfinished.size()) : std::nullopt;
    page.tabs.push_back({std::string(tab.name), job_list_url(tab.value, page), count, tab.value == page.state});
  }
  if (page.state != kActive) {
    filter.order = core::JobListOrder::NewestFirst;
    filter.before = after;
    co_await list_ended(page, std::move(filter));
    if (after && page.finished.empty())
      co_return http::redirect(job_list_url(page.state, page).text());  // they were removed
  }
  if (host) {
    const auto overview = co_await hosts_.find(*host);
    if (overview) page.host_name = overview->host.name;
  }
  co_return render(200, render_jobs_page, page);
}

Task<void> JobPages::list_ended(views::JobsPage& page, core::JobFilter filter) {
  const auto tab = std::ranges::find(state_tabs(), page.state, &StateTab::value);
  filter.states = (tab == state_tabs().end() ? state_tabs().front() : *tab).states;
  filter.limit = kJobsPerPage;
  const auto found = co_await jobs_.page(std::move(filter));
  for (const auto& job : found.jobs) page.finished.push_back(show_job_row(job, true, page.page.now));
  const auto address = [&](std::string_view after) { return job_list_url(page.state, page, after); };
  page.pager = show_pager(found, found.jobs.size(), found.total, address);
  page.pager.more = found.more;
  page.pager.what = found.total == 1 ? "finished job" : "finished jobs";
}

Task<http::Response> JobPages::show(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const bool whole = request.query_value("log") == "all";
  const auto tail = co_await jobs_.log_tail(*id, whole ? kWholeLog : kLogLinesShown);
  const auto job = co_await jobs_.find(*id);
  if (!job)
    co_return error_page(shell_, request, 404, "no_such_job",
                         "There is no such job. It may have been deleted with its host.");

  views::JobPage page;
  const std::string topics = fmt::format("job:{0},log:{0}", id->text());
  page.page = co_await shell_.page(request, visitor, job_title(*job), views::Section::Jobs, topics);
  page.log.lines = tail.lines;
  page.page.stream = stream_url(topics, page.log.last_sequence());
  page.job = co_await read_job(jobs_, hosts_, *job, page.page.now);
  if (tail.lines.size() < tail.total) page.older = older_log_url(*id, page.log.first_sequence());
  page.whole = views::Url("/jobs").segment(id->text()).query("log", "all");
  page.download = views::Url("/jobs").segment(id->text()).segment("log.txt");
  core::JobFilter earlier;
  earlier.host = job->host;
  std::visit([&](const auto& order) { narrow_to_alike(earlier, order); }, job->order);
  earlier.before = *id;
  earlier.limit = kEarlierJobs;
  const auto jobs = co_await jobs_.list(earlier);
  std::vector<JobState> states;
  for (const auto& other : jobs) states.insert(states.begin(), other.state);
  page.earlier = show_runs(states);
  page.usual = show_usual(jobs);
  for (std::size_t i = 0; i < std::min<std::size_t>(jobs.size(), 3); ++i)
    page.earlier_jobs.push_back(show_job_row(jobs[i], true, page.page.now));
  co_return render(200, render_job_page, page);
}

Task<http::Response> JobPages::older_log(http::Request& request, Visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const std::uint64_t before = text::parse_number<std::uint64_t>(request.query_value("before")).value_or(0);
  const std::uint64_t first = before > kLogLinesShown + 1 ? before - kLogLinesShown - 1 : 0;
  auto lines = co_await jobs_.log(*id, first, kLogLinesShown);
  std::erase_if(lines, [before](const auto& line) { return line.sequence >= before; });
  views::OlderLog older;
  older.log.lines = std::move(lines);
  if (first > 0) older.older = older_log_url(*id, first + 1);
  co_return render(200, render_older_log, older);
}

Task<http::Response> JobPages::download_log(http::Request& request, Visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto job = co_await jobs_.find(*id);
  if (!job) co_return error_page(shell_, request, 404, "no_such_job", "There is no such job.");
  const auto lines = co_await jobs_.log(*id, 0, kWholeLog);
  std::string text;
  for (const auto& line : lines)
    text += fmt::format("{} {:<7} {}\n", text::format_time(line.time), to_text(line.level), line.text);
  auto response = http::text_response(200, std::move(text));
  response.headers.set("Content-Disposition", fmt::format("attachment; filename=\"job-{}.log\"", id->text()));
  co_return response;
}

Task<http::Response> JobPages::cancel(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto job = co_await jobs_.cancel(*id, visitor.actor());
  const auto target = views::Url("/jobs").segment(id->text());
  if (!job && job.error().code == "job_ended") co_return http::redirect(target.text());
  if (!job) co_return error_page(shell_, request, job.error());
  co_return redirect_with(job->started_at ? Flash::Cancelled : Flash::Unqueued, target);
}

Task<http::Response> JobPages::accept(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto job = co_await jobs_.accept(*id, visitor.actor());
  if (!job) co_return error_page(shell_, request, job.error());
  co_return redirect_with(Flash::Saved, views::Url("/jobs").segment(id->text()));
}

Task<http::Response> JobPages::retry(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::JobId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto job = co_await jobs_.find(*id);
  if (!job) co_return error_page(shell_, request, 404, "no_such_job", "There is no such job.");
  const bool initialise = form_of(request).get("initialise") == "yes";
  const auto again =
      std::visit([&](const auto& order) { return request_again(job->repository, order, initialise); }, job->order);
  const auto started = co_await jobs_.start(job->host, again, visitor.actor());
  if (!started) co_return error_page(shell_, request, started.error());
  co_return http::redirect(views::Url("/jobs").segment(started->id.text()).text());
}

}  // namespace holdfast::web
