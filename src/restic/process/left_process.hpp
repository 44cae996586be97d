#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "runtime/async/task.hpp"

namespace holdfast::restic {

// A process that an earlier agent started and that this one is no parent of. Held by descriptor, so that a signal never
// hits another process that got the same number since.
class LeftProcess {
 public:
  // Nothing when `pid` no longer runs or has another start time.
  static std::unique_ptr<LeftProcess> find(runtime::Loop& loop, pid_t pid, const std::string& start_time);
  // The one that nobody noted: the first with `variable` ("NAME=value") in its environment whose parent has it not, so
  // that it is restic and not the ssh that it talks through.
  static std::unique_ptr<LeftProcess> find_by_environment(runtime::Loop& loop, const std::string& variable);
  ~LeftProcess();
  LeftProcess(const LeftProcess&) = delete;
  LeftProcess& operator=(const LeftProcess&) = delete;

  pid_t pid() const;
  void signal(int number);
  // True when it has ended within `limit`.
  runtime::Task<bool> wait_for_end(std::chrono::seconds limit);

 private:
  struct State;
  explicit LeftProcess(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::restic
