#include <fmt/format.h>

#include <algorithm>

#include "fleet/jobs/jobs.hpp"
#include "jobs/hub_verdicts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/sqlite/database.hpp"

// What agents tell of their jobs.
namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::JobState;
using core::Result;

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

// What each message changes of the job as it is stored. Times are in order by now. One that has ended takes no more
// lines; only of what the hub said in the agent's place the agent knows better.
void apply(store::Transaction& tx, const protocol::JobWaiting& message, const core::Job&, const core::LogLimit&) {
  store::set_job_waiting(tx, message.job, message.reason);
}
void apply(store::Transaction& tx, const protocol::JobStarted& message, const core::Job&, const core::LogLimit&) {
  store::set_job_started(tx, message.job, message.at);
}
void apply(store::Transaction& tx, const protocol::JobProgressed& message, const core::Job&, const core::LogLimit&) {
  store::set_job_progress(tx, message.job, message.progress);
}
void apply(store::Transaction& tx, const protocol::LogStream& message, const core::Job& job,
           const core::LogLimit& limit) {
  if (core::is_final(job.state) && !is_presumed(job)) return;
  auto fresh = message.lines;
  std::erase_if(fresh, [&](const auto& line) { return line.sequence <= job.last_sequence; });
  store::append_log(tx, message.job, fresh);
  store::trim_log(tx, message.job, limit);
}
void apply(store::Transaction& tx, const protocol::JobFinished& message, const core::Job& job, const core::LogLimit&) {
  if (is_presumed(job)) store::reopen_job(tx, message.job);
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
                                       core::Time now, const core::LogLimit& limit) {
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
  apply(tx, message, *job, limit);
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

Task<Jobs::Reconciled> Jobs::reconcile(core::HostId host, std::vector<protocol::JobPosition> positions) {
  const auto compare = [&](store::View& tx) {
    Reconciled reconciled;
    for (const auto& position : positions) {
      const auto job = store::find_job(tx, position.job);
      if (job && job->host == host) {
        reconciled.known.push_back({job->id, job->last_sequence});
        if (is_presumed(*job) && job->cancel_requested_at) reconciled.to_cancel.push_back(job->id);
      } else {
        reconciled.unknown.push_back(position.job);
      }
    }
    for (const auto& job : store::unfinished_jobs(tx, host)) {
      const bool agent_knows = std::ranges::find(positions, job.id, &protocol::JobPosition::job) != positions.end();
      if (!agent_knows && job.last_sequence > 0) {
        reconciled.missing.push_back(job.id);
        continue;
      }
      if (!agent_knows) reconciled.to_send.push_back(job.id);
      if (job.cancel_requested_at) reconciled.to_cancel.push_back(job.id);
    }
    return reconciled;
  };
  co_return co_await database_.read(compare);
}

Task<> Jobs::give_up(core::HostId host, std::vector<core::JobId> missing) {
  if (missing.empty()) co_return;
  const auto fail_them = [&](Unit& unit) {
    for (const auto& job : missing) {
      store::set_job_finished(unit, job, lost_by_agent(), unit.now());
      unit.tell(Topic::Job, job.text());
    }
    unit.judge(host);
  };
  co_await units_.note(fail_them);
}

// A message that came before tells nothing about the present.
void Jobs::follow(const core::HostId& host, const JobMessage& message, const protocol::JobAck& ack) {
  if (std::holds_alternative<protocol::JobFinished>(message)) throughputs_.remove(ack.job);
  const auto* progressed = std::get_if<protocol::JobProgressed>(&message);
  if (progressed && progressed->sequence == ack.sequence)
    throughputs_.add(ack.job, clock_.now(), progressed->progress.bytes_per_second);
  if (std::holds_alternative<protocol::LogStream>(message)) return live_.publish(Topic::JobLog, ack.job.text());
  live_.publish(Topic::Job, ack.job.text());
  live_.publish(Topic::Host, host.text());
}

// What became of the messages within the transaction: `told` has one entry for each that was stored.
struct Jobs::Stored {
  std::vector<protocol::JobAck> told;
  std::optional<std::string> refusal;
};

Task<Jobs::Recorded> Jobs::record(core::HostId host, std::vector<JobMessage> messages) {
  const auto keep = [&](Unit& unit) {
    Stored stored;
    for (auto& message : messages) {
      const auto ack = std::visit(
          [&](auto& alternative) { return store_message(unit, host, alternative, unit.now(), log_limit_); }, message);
      if (!ack) {
        stored.refusal = ack.error().message;
        break;
      }
      stored.told.push_back(*ack);
      if (std::holds_alternative<protocol::JobFinished>(message)) unit.judge(host);
    }
    return stored;
  };
  Stored stored = co_await units_.note(keep);
  for (std::size_t i = 0; i < stored.told.size(); ++i) follow(host, messages[i], stored.told[i]);
  co_return Recorded{last_of_each(stored.told), std::move(stored.refusal)};
}

}  // namespace holdfast::fleet
