#include "core/status/accepted_backup.hpp"
#include "fleet/jobs/jobs.hpp"
#include "store/accounts/accounts.hpp"
#include "store/jobs/jobs.hpp"

namespace holdfast::fleet {

using core::ErrorKind;
using core::fail;
using core::Result;

Task<Result<core::Job>> Jobs::accept(core::JobId id, Actor actor) {
  const auto accept = [&](Unit& unit) -> Result<core::Job> {
    const auto job = store::find_job(unit, id);
    if (!job) return fail(ErrorKind::NotFound, "no_such_job", "There is no such job.");
    if (!core::may_be_accepted(job->verdict, job->result) || !store::accept_backup(unit, id))
      return fail(
          ErrorKind::Conflict, "not_suspicious",
          "Only a backup with far fewer files than the one before, or of a source that is mounted no more, can be "
          "accepted.");
    unit.judge(job->host);
    unit.audit("job.accept", id.text());
    unit.tell(Topic::Job, id.text());
    return *store::find_job(unit, id);
  };
  co_return co_await units_.run(std::move(actor), accept);
}

}  // namespace holdfast::fleet
