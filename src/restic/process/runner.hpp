#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "process/command.hpp"
#include "runtime/process/subprocess.hpp"

namespace holdfast::restic {

// Runs one restic after the other for a job, tells its listener the process id of each, and stops the running one when
// the job is cancelled: SIGINT, and SIGKILL after the grace. The signals go to restic alone and not to its group: the
// ssh it talks through must live until restic has removed its lock.
class Runner {
 public:
  Runner(runtime::Loop& loop, Listener& listener, Cancellation& cancellation, BackupLimits limits);

  using OnLine = runtime::Subprocess::OnLine;
  // Throws std::system_error when restic cannot be started. After `limit` restic is stopped as if the job was
  // cancelled.
  runtime::Task<runtime::ExitStatus> run(const runtime::Command& command, OnLine on_stdout, OnLine on_stderr,
                                         std::optional<std::chrono::milliseconds> limit = {});
  // Whether the last one was stopped by its limit; true from that moment on.
  bool time_is_up() const { return time_is_up_; }
  // Stops the running one as its limit would.
  void give_up();
  // Ends the running one at once.
  void kill();

 private:
  runtime::Loop& loop_;
  Listener& listener_;
  Cancellation& cancellation_;
  BackupLimits limits_;
  bool time_is_up_ = false;
  std::weak_ptr<runtime::Subprocess> running_;
  std::function<void()> stop_running_;
};

}  // namespace holdfast::restic
