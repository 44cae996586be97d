#include "fleet/jobs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fleet/repositories.hpp"
#include "new_id.hpp"
#include "runtime/log.hpp"
#include "store/accounts.hpp"
#include "store/hosts.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::JobState;
using core::Result;

core::JobResult failed(std::string code, std::string message, std::string next_step) {
  core::JobResult result;
  result.state = JobState::Failed;
  result.failure = core::JobFailure{std::move(code), std::move(message), std::move(next_step), {}};
  return result;
}

core::JobResult lost_by_agent() {
  return failed("agent_lost_job",
                "The agent no longer knows this job: its state folder was emptied or the machine was restored.",
                "Start the backup again.");
}

// The wanted one of `all`, or the first when none is named.
template <class Row, class AnyId>
const Row* choose(const std::vector<Row>& all, const std::optional<AnyId>& wanted) {
  const auto found = wanted ? std::ranges::find(all, *wanted, &Row::id) : all.begin();
  return found == all.end() ? nullptr : &*found;
}

Result<store::Job> prepare(store::View& view, const core::HostId& host, const JobRequest& request) {
  if (!store::find_host(view, host)) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
  const auto groups = store::list_source_groups(view, host);
  const auto* group = choose(groups, request.source_group);
  if (!group && request.source_group)
    return fail(ErrorKind::NotFound, "no_such_source_group", "The host has no such source group.");
  if (!group)
    return fail(ErrorKind::Conflict, "no_source_group",
                "This host has no source group yet: say first what is to be backed up.");
  const auto repositories = store::repositories_of(view, host);
  const auto* repository = choose(repositories, request.repository);
  if (!repository && request.repository)
    return fail(ErrorKind::NotFound, "no_such_repository", "The host has no such repository.");
  if (!repository)
    return fail(ErrorKind::Conflict, "no_repository",
                "This host has no repository yet: choose first where its backups go.");
  store::Job job;
  job.host = host;
  job.operation = request.operation;
  job.repository = repository->id;
  job.source_group = group->id;
  job.initialise = request.initialise;
  return job;
}

// Which sequence numbers a message takes.
struct Range {
  std::uint64_t first;
  std::uint64_t last;
};
Range range_of(const protocol::LogStream& message) {
  return {message.lines.front().sequence, message.lines.back().sequence};
}
Range range_of(const auto& message) {
  return {message.sequence, message.sequence};
}

// What each message changes; `stored` is the last sequence that is stored already. Times are in order by now.
void apply(store::Transaction& tx, const protocol::JobWaiting& message, std::uint64_t) {
  store::set_job_waiting(tx, message.job, message.reason);
}
void apply(store::Transaction& tx, const protocol::JobStarted& message, std::uint64_t) {
  store::set_job_started(tx, message.job, message.at);
}
void apply(store::Transaction& tx, const protocol::JobProgressed& message, std::uint64_t) {
  store::set_job_progress(tx, message.job, message.progress);
}
void apply(store::Transaction& tx, const protocol::LogStream& message, std::uint64_t stored) {
  auto fresh = message.lines;
  std::erase_if(fresh, [stored](const auto& line) { return line.sequence <= stored; });
  store::append_log(tx, message.job, fresh);
}
void apply(store::Transaction& tx, const protocol::JobFinished& message, std::uint64_t) {
  store::set_job_finished(tx, message.job, message.result, message.at);
}

// The agent's times, however its clock is: nothing of a job was before it was made, and nothing is after now.
struct Bounds {
  core::Time created;
  core::Time now;

  void put(core::Time& time) const { time = std::min(std::max(time, created), now); }
};
void bound(protocol::JobWaiting&, const Bounds&) {}
void bound(protocol::JobProgressed& message, const Bounds& bounds) {
  bounds.put(message.progress.at);
}
void bound(protocol::LogStream& message, const Bounds& bounds) {
  for (auto& line : message.lines) bounds.put(line.time);
}
void bound(auto& message, const Bounds& bounds) {
  bounds.put(message.at);
}

template <class Message>
Result<protocol::JobAck> store_message(store::Transaction& tx, const core::HostId& host, Message& message,
                                       core::Time now) {
  const auto job = store::find_job(tx, message.job);
  if (!job || job->host != host) {
    return fail(ErrorKind::NotFound, "no_such_job", fmt::format("this host has no job {}", message.job.text()));
  }
  const auto [first, last] = range_of(message);
  if (last <= job->last_sequence) return protocol::JobAck{job->id, job->last_sequence};
  if (first > job->last_sequence + 1) {
    return fail(ErrorKind::Conflict, "sequence_gap",
                fmt::format("sequence gap in job {}: {} came after {}", job->id.text(), first, job->last_sequence));
  }
  bound(message, {job->created_at, now});
  apply(tx, message, job->last_sequence);
  store::advance_sequence(tx, job->id, job->last_sequence, last);
  return protocol::JobAck{job->id, last};
}

std::vector<protocol::JobAck> last_of_each(const std::vector<protocol::JobAck>& acks) {
  std::vector<protocol::JobAck> last;
  for (const auto& ack : acks) {
    const auto known = std::ranges::find(last, ack.job, &protocol::JobAck::job);
    if (known == last.end()) {
      last.push_back(ack);
    } else {
      *known = ack;
    }
  }
  return last;
}

}  // namespace

void Jobs::publish(const core::JobId& job, const core::HostId& host, bool status_changed) {
  live_.publish(Topic::Job, job.text());
  watch_.tell(host, status_changed);
}

Task<Result<store::Job>> Jobs::start(core::HostId host, JobRequest request, Actor actor) {
  const auto now = clock_.now();
  const bool connected = agents_.is_connected(host);
  const auto add = [&](store::Transaction& tx) -> Result<store::Job> {
    auto job = prepare(tx, host, request);
    if (!job) return job;
    job->id = new_id<core::JobId>(now);
    job->requested_by = actor.name;
    job->created_at = now;
    if (!connected) job->waiting_reason = "The host is not connected. The job starts when it is back.";
    store::add_job(tx, *job);
    store::add_audit(
        tx, {now, actor.name, "job.start", job->id.text(), std::string(to_text(job->operation)), actor.address});
    return *store::find_job(tx, job->id);
  };
  Result<store::Job> job = co_await database_.write(add);
  if (!job) co_return job;
  runtime::log::info("job.requested", "Job requested",
                     {{"job", job->id.text()}, {"host", host.text()}, {"by", actor.name}});
  publish(job->id, host, false);
  co_await send(host, job->id);
  co_return job;
}

Task<Result<store::Job>> Jobs::cancel(core::JobId id, Actor actor) {
  const auto now = clock_.now();
  const auto request = [&](store::Transaction& tx) -> Result<store::Job> {
    if (!store::find_job(tx, id)) return fail(ErrorKind::NotFound, "no_such_job", "There is no such job.");
    if (!store::set_job_cancel_requested(tx, id, now, actor.name)) {
      return fail(ErrorKind::Conflict, "job_ended", "This job has ended already.");
    }
    store::add_audit(tx, {now, actor.name, "job.cancel", id.text(), "", actor.address});
    return *store::find_job(tx, id);
  };
  Result<store::Job> job = co_await database_.write(request);
  if (!job) co_return job;
  agents_.send(job->host, protocol::CommandCancel{id});
  publish(id, job->host, false);
  co_return job;
}

Task<std::vector<store::Job>> Jobs::list(store::JobFilter filter) {
  const auto look = [&](store::View& view) { return store::list_jobs(view, filter); };
  co_return co_await database_.read(look);
}

Task<std::optional<store::Job>> Jobs::find(core::JobId id) {
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

Task<Jobs::Reconciled> Jobs::reconcile(core::HostId host, std::vector<protocol::JobPosition> positions) {
  const auto now = clock_.now();
  bool status_changed = false;
  const auto compare = [&](store::Transaction& tx) {
    Reconciled reconciled;
    for (const auto& position : positions) {
      const auto job = store::find_job(tx, position.job);
      if (job && job->host == host) {
        reconciled.known.push_back({job->id, job->last_sequence});
      } else {
        reconciled.unknown.push_back(position.job);
      }
    }
    for (const auto& job : store::unfinished_jobs(tx, host)) {
      const bool agent_knows = std::ranges::find(positions, job.id, &protocol::JobPosition::job) != positions.end();
      if (!agent_knows && job.last_sequence > 0) {
        store::set_job_finished(tx, job.id, lost_by_agent(), now);
        status_changed |= watch_.judge(tx, host, now);
        continue;
      }
      if (!agent_knows) reconciled.to_send.push_back(job.id);
      if (job.cancel_requested_at) reconciled.to_cancel.push_back(job.id);
    }
    return reconciled;
  };
  auto reconciled = co_await database_.write(compare);
  if (status_changed) watch_.tell(host, true);
  co_return reconciled;
}

Result<protocol::CommandRun> Jobs::command_for(store::View& view, const store::Job& job) const {
  const auto repository = store::find_repository(view, job.repository);
  const auto group = store::find_source_group(view, job.source_group);
  const auto host = store::find_host(view, job.host);
  if (!repository || !group || !host) {
    return fail(ErrorKind::Gone, "plan_removed",
                "The repository or the source group of this job was removed before it started.");
  }
  auto access = open_access(secrets_, *repository);
  if (!access) return std::unexpected(access.error());
  return protocol::CommandRun{job.id, job.operation,  repository->id, *std::move(access), group->sources,
                              {},     job.initialise, group->id};
}

// A command holds the repository's password: what the agent signed in with may have ended since, so it is asked for
// again.
Task<> Jobs::send(core::HostId host, core::JobId id) {
  struct Ready {
    store::Job job;
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
  const auto found = co_await database_.read(look);
  if (!found) co_return;
  const auto& [job, command, entitled] = *found;
  if (command) {
    if (entitled && agents_.credential(host) == used) agents_.send(host, *command);
    co_return;
  }
  const auto give_up = [&, now = clock_.now()](store::Transaction& tx) {
    store::set_job_finished(tx, job.id,
                            failed(command.error().code, command.error().message,
                                   "Check the host's source group and repository, then start again."),
                            now);
    return watch_.judge(tx, job.host, now);
  };
  const bool status_changed = co_await database_.write(give_up);
  publish(job.id, job.host, status_changed);
}

// A message that came before tells nothing about the present.
void Jobs::follow(const core::HostId& host, const JobMessage& message, const protocol::JobAck& ack) {
  if (std::holds_alternative<protocol::JobFinished>(message)) throughputs_.remove(ack.job);
  const auto* progressed = std::get_if<protocol::JobProgressed>(&message);
  if (progressed && progressed->sequence == ack.sequence)
    throughputs_.add(ack.job, clock_.now(), progressed->progress.bytes_per_second);
  if (std::holds_alternative<protocol::LogStream>(message)) return live_.publish(Topic::JobLog, ack.job.text());
  publish(ack.job, host, false);
}

// What became of the messages within the transaction: `told` has one entry for each that was stored.
struct Jobs::Stored {
  std::vector<protocol::JobAck> told;
  std::optional<std::string> refusal;
  bool status_changed = false;
};

Task<Jobs::Recorded> Jobs::record(core::HostId host, std::vector<JobMessage> messages) {
  const auto keep = [&, now = clock_.now()](store::Transaction& tx) {
    Stored stored;
    bool finished = false;
    for (auto& message : messages) {
      const auto ack =
          std::visit([&](auto& alternative) { return store_message(tx, host, alternative, now); }, message);
      if (!ack) {
        stored.refusal = ack.error().message;
        break;
      }
      stored.told.push_back(*ack);
      finished |= std::holds_alternative<protocol::JobFinished>(message);
    }
    stored.status_changed = finished && watch_.judge(tx, host, now);
    return stored;
  };
  Stored stored = co_await database_.write(keep);
  for (std::size_t i = 0; i < stored.told.size(); ++i) follow(host, messages[i], stored.told[i]);
  if (stored.status_changed) watch_.tell(host, true);
  co_return Recorded{last_of_each(stored.told), std::move(stored.refusal)};
}

}  // namespace holdfast::fleet
