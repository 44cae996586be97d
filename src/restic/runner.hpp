#pragma once

#include "command.hpp"
#include "runtime/subprocess.hpp"

namespace holdfast::restic {

// Runs one restic after the other for a job, tells its listener the process id of each, and stops the running one when
// the job is cancelled: SIGINT, and SIGKILL after the grace. The signals go to restic alone and not to its group: the
// ssh it talks through must live until restic has removed its lock.
class Runner {
 public:
  Runner(runtime::Loop& loop, Listener& listener, Cancellation& cancellation, BackupLimits limits);

  using OnLine = runtime::Subprocess::OnLine;
  // Throws std::system_error when restic cannot be started.
  runtime::Task<runtime::ExitStatus> run(const runtime::Command& command, OnLine on_stdout, OnLine on_stderr);

 private:
  runtime::Loop& loop_;
  Listener& listener_;
  Cancellation& cancellation_;
  BackupLimits limits_;
};

}  // namespace holdfast::restic
