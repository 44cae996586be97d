#include "fleet/jobs/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "fleet/repositories/repositories.hpp"
#include "jobs/backup_command.hpp"
#include "jobs/hub_verdicts.hpp"
#include "new_id.hpp"
#include "repositories/snapshot_names.hpp"
#include "runtime/log/log.hpp"
#include "store/accounts/accounts.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::JobState;
using core::Result;

// The wanted one of `all`, or the first when none is named.
template <class Row, class AnyId>
const Row* choose(const std::vector<Row>& all, const std::optional<AnyId>& wanted) {
  const auto found = wanted ? std::ranges::find(all, *wanted, &Row::id) : all.begin();
  return found == all.end() ? nullptr : &*found;
}

Result<core::JobOrder> order_of(store::View& view, const core::HostId& host, const BackupRequest& request) {
  const auto groups = store::list_source_groups(view, host);
  const auto* group = choose(groups, request.source_group);
  if (!group && request.source_group)
    return fail(ErrorKind::NotFound, "no_such_source_group", "The host has no such source group.");
  if (!group) return fail(ErrorKind::Conflict, "no_source_group", "This host has no source group yet. Add one first.");
  return core::BackupOrder{group->id, request.initialise};
}

Result<core::Job> prepare(store::View& view, const core::HostId& host, const JobRequest& request) {
  if (!store::find_host(view, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
  auto order = std::visit([&](const auto& operation) { return order_of(view, host, operation); }, request.operation);
  if (!order) return std::unexpected(order.error());
  const auto repositories = store::repositories_of(view, host);
  const auto* repository = choose(repositories, request.repository);
  if (!repository && request.repository)
    return fail(ErrorKind::NotFound, "no_such_repository", "The host has no such repository.");
  if (!repository)
    return fail(ErrorKind::Conflict, "no_repository", "This host has no repository yet. Link one first.");
  core::Job job;
  job.host = host;
  job.repository = repository->id;
  job.order = *std::move(order);
  return job;
}

// No job brings a host the credentials of a repository that it is not linked to.
bool is_linked(store::View& view, const core::HostId& host, const core::RepositoryId& repository) {
  const auto linked = store::repositories_of(view, host);
  return std::ranges::find(linked, repository, &core::Repository::id) != linked.end();
}

std::unexpected<core::Error> plan_removed() {
  return fail(ErrorKind::Gone, "plan_removed",
              "The repository or the source group of this job was removed before it started.");
}

Result<protocol::OperationCommand> command_of(store::View& view, const core::Job& job, const core::BackupOrder& order) {
  const auto group = store::find_source_group(view, order.source_group);
  if (!group || group->host != job.host) return plan_removed();
  if (auto checked = core::check_source_set(group->sources); !checked) return std::unexpected(checked.error());
  return backup_command(view, *group, job.repository, order.initialise);
}

std::string id_at(store::View& view, core::JobFilter filter, std::size_t index) {
  filter.order = core::JobListOrder::OldestFirst;
  filter.skip = index;
  filter.limit = 1;
  const auto jobs = store::list_jobs(view, filter);
  return jobs.empty() ? std::string() : jobs.front().id.text();
}

// What comes before the page.
void look_forward(store::View& view, const core::JobFilter& filter, JobListPage& page) {
  if (!filter.before) return;
  auto newer = filter;
  newer.since = std::exchange(newer.before, std::nullopt);
  newer.limit = std::numeric_limits<std::int32_t>::max();
  page.before = store::count_jobs(view, newer);
  if (page.before > filter.limit) page.previous = id_at(view, newer, filter.limit);
}

// What comes after it.
void look_back(store::View& view, const core::JobFilter& filter, std::size_t counted, JobListPage& page) {
  page.total = page.before + page.jobs.size();
  if (page.jobs.size() < filter.limit) return;
  auto older = filter;
  older.before = page.jobs.back().id;
  older.limit = counted + 1;
  const auto rest = store::count_jobs(view, older);
  page.more = rest > counted;
  page.total += std::min(rest, counted);
  if (rest == 0) return;
  page.next = older.before->text();
  older.before.reset();
  if (!page.more) page.last = id_at(view, older, (page.total - 1) % filter.limit + 1);
}

}  // namespace

Task<Result<core::Job>> Jobs::start(core::HostId host, JobRequest request, Actor actor) {
  const bool connected = agents_.is_connected(host);
  const auto add = [&](Unit& unit) -> Result<core::Job> {
    auto job = prepare(unit, host, request);
    if (!job) return job;
    job->id = new_id<core::JobId>(unit.now());
    job->requested_by = actor.name;
    job->created_at = unit.now();
    if (!connected) job->waiting_reason = "The host is not connected. The job starts when it is back.";
    store::add_job(unit, *job);
    unit.audit("job.start", job->id.text(), std::string(to_text(core::operation_of(job->order))));
    unit.tell(Topic::Job, job->id.text());
    unit.tell(Topic::Host, host.text());
    return *store::find_job(unit, job->id);
  };
  Result<core::Job> job = co_await units_.run(actor, add);
  if (!job) co_return job;
  runtime::log::info("job.requested", "Job requested",
                     {{"job", job->id.text()}, {"host", host.text()}, {"by", actor.name}});
  co_await send(host, job->id);
  co_return job;
}

Task<Result<core::Job>> Jobs::cancel(core::JobId id, Actor actor) {
  const auto request = [&](Unit& unit) -> Result<core::Job> {
    const auto job = store::find_job(unit, id);
    if (!job) return fail(ErrorKind::NotFound, "no_such_job", "There is no such job.");
    if (!store::set_job_cancel_requested(unit, id, unit.now(), actor.name))
      return fail(ErrorKind::Conflict, "job_ended", "This job has finished already.");
    unit.audit("job.cancel", id.text());
    unit.tell(Topic::Job, id.text());
    unit.tell(Topic::Host, job->host.text());
    return *store::find_job(unit, id);
  };
  Result<core::Job> job = co_await units_.run(actor, request);
  if (!job) co_return job;
  if (!agents_.send(job->host, protocol::CommandCancel{id})) job = co_await end_unless_agent_will(*std::move(job));
  co_return job;
}

// A job that has begun is ended by its agent, now or when it is back; one that nobody will tell of is ended here.
Task<core::Job> Jobs::end_unless_agent_will(core::Job job) {
  const auto end = [&](Unit& unit) {
    auto current = store::find_job(unit, job.id);
    if (!current || core::is_final(current->state)) return current.value_or(job);
    const bool begun = current->last_sequence > 0;
    if (begun && store::has_credentials(unit, job.host, unit.now())) return *current;
    store::set_job_finished(unit, job.id, cancelled_at_hub(begun), unit.now());
    unit.judge(job.host);
    unit.tell(Topic::Job, job.id.text());
    return *store::find_job(unit, job.id);
  };
  co_return co_await units_.note(end);
}

Task<std::vector<core::Job>> Jobs::list(core::JobFilter filter) {
  const auto look = [&](store::View& view) { return store::list_jobs(view, filter); };
  co_return co_await database_.read(look);
}

Task<JobListPage> Jobs::page(core::JobFilter filter, std::size_t counted) {
  const auto look = [&](store::View& view) {
    JobListPage page;
    page.jobs = store::list_jobs(view, filter);
    look_forward(view, filter, page);
    look_back(view, filter, counted, page);
    return page;
  };
  co_return co_await database_.read(look);
}

Task<std::optional<core::Job>> Jobs::find(core::JobId id) {
  const auto look = [&](store::View& view) { return store::find_job(view, id); };
  co_return co_await database_.read(look);
}

Task<std::size_t> Jobs::count_unfinished() {
  const auto look = [](store::View& view) { return store::count_unfinished_jobs(view); };
  co_return co_await database_.read(look);
}

Task<std::vector<core::LogLine>> Jobs::log(core::JobId id, std::uint64_t after, std::size_t limit) {
  const auto look = [&](store::View& view) { return store::read_log(view, id, after, limit); };
  co_return co_await database_.read(look);
}

Task<Jobs::LogTail> Jobs::log_tail(core::JobId id, std::size_t limit) {
  const auto look = [&](store::View& view) {
    return LogTail{store::read_log_tail(view, id, limit), store::count_log(view, id)};
  };
  co_return co_await database_.read(look);
}

Result<protocol::CommandRun> Jobs::command_for(store::View& view, const core::Job& job) const {
  const auto repository = store::find_repository(view, job.repository);
  const auto host = store::find_host(view, job.host);
  if (!repository || !host || !is_linked(view, job.host, repository->id)) return plan_removed();
  auto access = open_access(secrets_, *repository);
  if (!access) return std::unexpected(access.error());
  if (auto checked = core::check_repository_access(*access); !checked) return std::unexpected(checked.error());
  auto operation = std::visit([&](const auto& order) { return command_of(view, job, order); }, job.order);
  if (!operation) return std::unexpected(operation.error());
  protocol::CommandRun command{job.id, repository->id, *std::move(access), *std::move(operation)};
  // The agent would close the connection at it, and get it again after each welcome.
  if (protocol::encode(protocol::HubMessage(command)).size() > protocol::kMaxMessageBytes)
    return fail(ErrorKind::Invalid, "sources_too_large",
                "The source group has too many paths and excludes for one job.");
  return command;
}

Task<std::string> Jobs::name_in_repository(core::HostId id, core::RepositoryId repository) {
  const auto name = [&](store::Transaction& tx) {
    const auto host = store::find_host(tx, id);
    const bool both_there = host && store::find_repository(tx, repository);
    return both_there ? snapshot_name(tx, *host, repository) : std::string();
  };
  co_return co_await database_.write(name);
}

// A command holds the repository's password: what the agent signed in with may have ended since, so it is asked for
// again.
Task<> Jobs::send(core::HostId host, core::JobId id) {
  struct Ready {
    core::Job job;
    Result<protocol::CommandRun> command;
    bool entitled;
  };
  const auto used = agents_.credential(host);
  const auto look = [&, now = clock_.now()](store::View& view) -> std::optional<Ready> {
    auto job = store::find_job(view, id);
    if (!job || job->host != host || core::is_final(job->state) || job->last_sequence > 0) return std::nullopt;
    const auto credential = store::find_credential(view, used);
    auto command = command_for(view, *job);
    return Ready{*std::move(job), std::move(command), credential && credential->is_valid(now)};
  };
  auto found = co_await database_.read(look);
  if (!found) co_return;
  auto& [job, command, entitled] = *found;
  auto* backup = command && entitled ? std::get_if<protocol::BackupCommand>(&command->operation) : nullptr;
  if (backup && backup->snapshot_host.empty())
    backup->snapshot_host = co_await name_in_repository(host, command->repository);
  if (command) {
    if (entitled && agents_.credential(host) == used) agents_.send(host, *command);
    co_return;
  }
  const auto give_up = [&](Unit& unit) {
    unit.judge(job.host);
    unit.tell(Topic::Job, job.id.text());
    store::set_job_finished(unit, job.id,
                            failed_at_hub(command.error().code, command.error().message,
                                          "Check the host's source group and repository, then start again."),
                            unit.now());
  };
  co_await units_.note(give_up);
}

}  // namespace holdfast::fleet
