#pragma once

#include "core/jobs/job_record.hpp"
#include "core/time.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "jobs/view.hpp"

namespace holdfast::web {

// What a page of `job` shows, with what that takes of its host and of the job it waits for.
runtime::Task<views::JobView> read_job(fleet::Jobs& jobs, fleet::Hosts& hosts, core::Job job, core::Time now);

}  // namespace holdfast::web
