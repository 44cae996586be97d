#pragma once

#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "sqlite/sqlite.hpp"

// What runs are worth as backups, and the last good ones.
namespace holdfast::store {

// The job is stored as ended so: keeps its verdict, and where it is good, that it is the last good one of its source
// group in its repository.
void note_result(Connection& connection, const core::JobId& job, const core::JobResult& result);

// The job is a good backup, whatever it was taken for before.
void note_good_backup(Connection& connection, const core::JobId& job);

// The sources of a group are others: the next backup is not compared with those before.
void forget_good_files(Connection& connection, const core::SourceGroupId& group);

}  // namespace holdfast::store
