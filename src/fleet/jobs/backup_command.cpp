#include "jobs/backup_command.hpp"

#include "store/jobs/jobs.hpp"
#include "store/repositories/snapshot_hosts.hpp"

namespace holdfast::fleet {

protocol::BackupCommand backup_command(store::View& view, const core::SourceGroup& group,
                                       const core::RepositoryId& repository, bool initialise) {
  return {group.sources, store::find_snapshot_host(view, group.host, repository).value_or(""), initialise, group.id,
          store::find_accepted_backup(view, group.id, repository)};
}

}  // namespace holdfast::fleet
