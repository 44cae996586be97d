#pragma once

#include "jobs/command_check.hpp"
#include "protocol/agent/messages.hpp"
#include "restic/backup/backup.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::agent {

// Tries repositories out for the hub. Nothing of it is kept: when the connection ends first, the answer is lost.
class RepositoryChecker {
 public:
  RepositoryChecker(runtime::Loop& loop, restic::Installation restic, Rclone rclone);

  runtime::Task<protocol::RepositoryChecked> check(protocol::RepositoryCheck wanted);

 private:
  runtime::Loop& loop_;
  restic::Installation restic_;
  Rclone rclone_;
};

}  // namespace holdfast::agent
