#include "jobs/read_job.hpp"

#include <utility>

#include "kit/show.hpp"

namespace holdfast::web {

runtime::Task<views::JobView> read_job(fleet::Jobs& jobs, fleet::Hosts& hosts, core::Job job, core::Time now) {
  const auto host = co_await hosts.find(job.host);
  auto view = show_job(job, host, jobs.throughput(job.id), now);
  if (job.state != core::JobState::Queued || !host || !host->presence) co_return view;
  auto running = active_jobs(1);
  running.states = {core::JobState::Running};
  running.host = job.host;
  running.repository = job.repository;
  const auto others = co_await jobs.list(std::move(running));
  view.waits_for = show_waits_for(job, others);
  co_return view;
}

}  // namespace holdfast::web
