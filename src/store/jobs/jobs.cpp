#include "store/jobs/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "jobs/protection.hpp"
#include "sqlite/codec.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/sql_text.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kColumns =
    "SELECT j.uid, h.uid, j.operation, r.uid, g.uid, j.state, j.parameters, j.requested_by, j.created_at, "
    "j.started_at, "
    "j.finished_at, j.waiting_reason, j.cancel_requested_at, j.cancel_requested_by, j.last_sequence, j.progress, "
    "j.result, j.verdict, j.fire, (SELECT uid FROM schedules WHERE id = j.schedule), h.name, r.name, g.name ";
// Else the planner may start at the hosts and sort all of the jobs.
const std::string kFrom = fmt::format(
    "FROM jobs AS j {} hosts AS h ON h.id = j.host AND h.removed_at IS NULL "
    "LEFT JOIN repositories AS r ON r.id = j.repository LEFT JOIN source_groups AS g ON g.id = j.source_group ",
    kJoinInOrder);
const std::string kSelect = fmt::format("{}{}", kColumns, kFrom);
const std::string kFind = kSelect + "WHERE j.uid = ?";
constexpr std::string_view kHas = "SELECT count(*) FROM jobs WHERE uid = ?";
const std::string kUnfinishedOfHost =
    kSelect + "WHERE j.host = (SELECT id FROM hosts WHERE uid = ?) AND j.state IN ('queued', 'running') ORDER BY j.uid";
const std::string kLastBackup =
    kSelect + "WHERE j.host = (SELECT id FROM hosts WHERE uid = ?) AND j.verdict = 'good' ORDER BY j.uid DESC LIMIT 1";

// Few among many, which the index knows.
constexpr std::string_view kListUnfinished = "AND j.id IN (SELECT id FROM jobs WHERE state IN ('queued', 'running')) ";
constexpr std::string_view kNewestFirst = "ORDER BY j.uid DESC ";
constexpr std::string_view kOldestFirst = "ORDER BY j.uid ";
constexpr std::string_view kRunningFirst = "ORDER BY j.state = 'queued', j.uid ";

constexpr std::string_view kCountUnfinished = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')";
constexpr std::string_view kAdd =
    "INSERT INTO jobs (uid, host, operation, repository, source_group, state, parameters, requested_by, created_at, "
    "started_at, finished_at, waiting_reason, cancel_requested_at, cancel_requested_by, last_sequence, progress, "
    "result, schedule, fire) "
    "VALUES (?, (SELECT id FROM hosts WHERE uid = ?), ?, (SELECT id FROM repositories WHERE uid = ?), "
    "(SELECT id FROM source_groups WHERE uid = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "(SELECT id FROM schedules WHERE uid = ?), ?)";

// A step through the index for each host, which is many times quicker than numbering all jobs by a window function and
// throwing most away: 0.1 s against 2 s for 10,000 hosts with 50 jobs each.
const std::string kHostRuns = fmt::format(
    "SELECT h.uid, (SELECT {} FROM (SELECT state FROM jobs WHERE host = h.id ORDER BY uid DESC LIMIT ?) AS newest), "
    "(SELECT job_success_at FROM host_state WHERE host = h.id) "
    "FROM hosts AS h WHERE h.removed_at IS NULL ORDER BY h.id",
    comma_separated("state"));

template <class T, class FromJson>
std::optional<T> from_optional_json(const std::optional<std::string>& text, FromJson from_json) {
  if (!text) return std::nullopt;
  return from_json(*text);
}

template <class T>
std::optional<std::string> to_optional_json(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return to_json(*value);
}

core::JobState state_from(std::string_view text) {
  const std::optional<core::JobState> state = core::parse_job_state(text);
  if (!state) throw DamagedRow("A stored job is in a state that this program does not know.");
  return *state;
}

core::JobOrder order_from(std::string_view operation, core::SourceGroupId group, std::string_view parameters) {
  const auto known = core::parse_operation(operation);
  if (!known) throw DamagedRow("A stored job is of an operation that this program does not know.");
  switch (*known) {
    case core::Operation::Backup: {
      auto order = backup_order_from_json(parameters);
      order.source_group = std::move(group);
      return order;
    }
  }
  std::unreachable();
}

// By which jobs of a source group are found; empty where it is about none.
core::SourceGroupId group_of(const core::BackupOrder& order) {
  return order.source_group;
}

core::Job read_job(Statement& row) {
  core::Job job;
  std::string operation;
  core::SourceGroupId group;
  std::string parameters;
  std::string state;
  std::optional<std::string> progress;
  std::optional<std::string> result;
  std::string verdict;
  std::optional<core::Time> fire;
  core::ScheduleId schedule;
  row.read(job.id, job.host, operation, job.repository, group, state, parameters, job.requested_by, job.created_at,
           job.started_at, job.finished_at, job.waiting_reason, job.cancel_requested_at, job.cancel_requested_by,
           job.last_sequence, progress, result, verdict, fire, schedule, job.host_name, job.repository_name,
           job.source_group_name);
  job.order = order_from(operation, std::move(group), parameters);
  job.state = state_from(state);
  job.progress = from_optional_json<core::JobProgress>(progress, progress_from_json);
  job.result = from_optional_json<core::JobResult>(result, result_from_json);
  job.verdict = core::parse_backup_verdict(verdict).value_or(core::BackupVerdict::None);
  if (fire) job.scheduled = core::ScheduledRun{std::move(schedule), *fire};
  return job;
}

template <class Id>
void add_equal(SqlText& sql, std::string_view column, std::string_view table, const Id& id) {
  sql += fmt::format("AND {} = (SELECT id FROM {} WHERE uid = {}) ", column, table, sql.bind(id.text()));
}

void add_states(SqlText& sql, const std::vector<core::JobState>& states) {
  std::string bound;
  for (const auto state : states) bound += (bound.empty() ? "" : ", ") + sql.bind(std::string(core::to_text(state)));
  // An index has several states one after the other, so that they would have to be sorted.
  sql += fmt::format("AND {} IN ({}) ", states.size() == 1 ? "j.state" : without_index("j.state"), bound);
}

void add_text(SqlText& sql, const std::string& text) {
  for (int i = 0; i < 3; ++i) sql.bind(text);
  sql += fmt::format("AND ({} OR {} OR {}) ", contains("lower(h.name)", "lower(?)"),
                     contains("lower(g.name)", "lower(?)"), contains("j.uid", "upper(?)"));
}

// Which jobs a filter means, from FROM on.
void add_matching(SqlText& sql, const core::JobFilter& filter) {
  const bool unfinished = !filter.states.empty() && std::ranges::none_of(filter.states, core::is_final);
  sql += kFrom + "WHERE true ";
  if (filter.host) add_equal(sql, "j.host", "hosts", *filter.host);
  if (filter.source_group) add_equal(sql, "j.source_group", "source_groups", *filter.source_group);
  // Unfinished ones are looked for among these, not among all of the repository.
  const std::string repository = unfinished ? without_index("j.repository") : "j.repository";
  if (filter.repository) add_equal(sql, repository, "repositories", *filter.repository);
  if (filter.schedule) add_equal(sql, "j.schedule", "schedules", *filter.schedule);
  if (filter.before) sql += fmt::format("AND j.uid < {} ", sql.bind(filter.before->text()));
  if (filter.since) sql += fmt::format("AND j.uid >= {} ", sql.bind(filter.since->text()));
  if (!filter.states.empty()) add_states(sql, filter.states);
  if (unfinished) sql += kListUnfinished;
  if (!filter.text.empty()) add_text(sql, filter.text);
}

void add_part(SqlText& sql, const core::JobFilter& filter) {
  const std::string limit = sql.bind(static_cast<std::int64_t>(filter.limit));
  sql += fmt::format("LIMIT {} OFFSET {}", limit, sql.bind(static_cast<std::int64_t>(filter.skip)));
}

std::string_view order_of(core::JobListOrder order) {
  switch (order) {
    case core::JobListOrder::NewestFirst:
      return kNewestFirst;
    case core::JobListOrder::OldestFirst:
      return kOldestFirst;
    case core::JobListOrder::RunningFirst:
      return kRunningFirst;
  }
  std::unreachable();
}

// "failed,succeeded", newest first.
std::vector<core::JobState> states_oldest_first(std::string_view names) {
  std::vector<core::JobState> states;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    states.push_back(state_from(names.substr(0, end)));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  std::ranges::reverse(states);
  return states;
}

HostRuns read_runs(Statement& row) {
  HostRuns runs;
  std::string states;
  row.read(runs.host, states, runs.last_success_at);
  runs.states = states_oldest_first(states);
  return runs;
}

}  // namespace

void add_job(Transaction& transaction, const core::Job& job) {
  const auto group = std::visit([](const auto& order) { return group_of(order); }, job.order);
  const auto parameters = std::visit([](const auto& order) { return to_json(order); }, job.order);
  connection_of(transaction)
      .run(kAdd, job.id, job.host, core::to_text(core::operation_of(job.order)), job.repository, group,
           core::to_text(job.state), parameters, job.requested_by, job.created_at, job.started_at, job.finished_at,
           job.waiting_reason, job.cancel_requested_at, job.cancel_requested_by, job.last_sequence,
           to_optional_json(job.progress), to_optional_json(job.result),
           job.scheduled ? job.scheduled->schedule : core::ScheduleId(),
           job.scheduled ? std::optional(job.scheduled->at) : std::nullopt);
  if (job.result && job.finished_at) note_result(connection_of(transaction), job.id, *job.result);
}

bool has_job(View& view, const core::JobId& id) {
  return connection_of(view).number(kHas, id) > 0;
}

std::optional<core::Job> find_job(View& view, const core::JobId& id) {
  return connection_of(view).find(kFind, read_job, id);
}

std::vector<core::Job> list_jobs(View& view, const core::JobFilter& filter) {
  SqlText sql;
  sql += kColumns;
  add_matching(sql, filter);
  sql += order_of(filter.order);
  add_part(sql, filter);
  return connection_of(view).list_once(sql.text(), sql.values(), read_job);
}

std::size_t count_jobs(View& view, const core::JobFilter& filter) {
  SqlText sql;
  sql += "SELECT count(*) FROM (SELECT 1 ";
  add_matching(sql, filter);
  add_part(sql, filter);
  sql += ") AS matching";
  return connection_of(view).list_once(sql.text(), sql.values(), read_one<std::size_t>).front();
}

std::size_t count_unfinished_jobs(View& view) {
  return static_cast<std::size_t>(connection_of(view).number(kCountUnfinished));
}

std::vector<core::Job> unfinished_jobs(View& view, const core::HostId& host) {
  return connection_of(view).list(kUnfinishedOfHost, read_job, host);
}

std::optional<core::Job> last_backup(View& view, const core::HostId& host) {
  return connection_of(view).find(kLastBackup, read_job, host);
}

std::vector<HostRuns> list_host_runs(View& view, std::size_t runs) {
  return connection_of(view).list(kHostRuns, read_runs, runs);
}

}  // namespace holdfast::store
