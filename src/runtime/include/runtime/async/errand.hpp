#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/async/task.hpp"

namespace holdfast::runtime {

// Work on a thread of its own, for what may never return: a question to the file system of a server that is away.
// WorkerPool is for work that ends. Lives on the loop's thread.
class Errand {
 public:
  // Starts `work` on a thread called `name`, and calls `done` on the loop when it has returned. The work must own all
  // that it uses, and neither may throw. Throws std::system_error when there can be no more threads.
  Errand(Loop& loop, std::string name, std::function<void()> work, std::function<void()> done);
  // Does not wait: a thread that is still at work is left behind, and `done` is not called any more.
  ~Errand();
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;  // with the thread
};

}  // namespace holdfast::runtime
