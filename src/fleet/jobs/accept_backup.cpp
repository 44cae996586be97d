#include "core/status/accepted_backup.hpp"
#include "fleet/jobs/jobs.hpp"
#include "store/accounts/accounts.hpp"

namespace holdfast::fleet {

using core::ErrorKind;
using core::fail;
using core::Result;

Task<Result<store::Job>> Jobs::accept(core::JobId id, Actor actor) {
  const auto now = clock_.now();
  bool status_changed = false;
  const auto accept = [&](store::Transaction& tx) -> Result<store::Job> {
    const auto job = store::find_job(tx, id);
    if (!job) return fail(ErrorKind::NotFound, "no_such_job", "There is no such job.");
    if (!core::may_be_accepted(job->verdict, job->result) || !store::accept_backup(tx, id))
      return fail(
          ErrorKind::Conflict, "not_suspicious",
          "Only a backup with far fewer files than the one before, or of a source that is mounted no more, can be "
          "accepted.");
    status_changed = watch_.judge(tx, job->host, now);
    store::add_audit(tx, {now, actor.name, "job.accept", id.text(), "", actor.address});
    return *store::find_job(tx, id);
  };
  Result<store::Job> job = co_await database_.write(accept);
  if (job) publish(id, job->host, status_changed);
  co_return job;
}

}  // namespace holdfast::fleet
