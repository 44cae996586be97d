#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/task.hpp"

namespace holdfast::restic {

class Cancellation;
class SourceQuestions;

enum class SourceState {
  There,    // also a link that leads nowhere: links are backed up as links
  Missing,  //
  Silent,   // the file system does not answer: a network folder, most likely, whose server is away
};

// Looks whether sources are there, on threads of their own, so that one that never answers holds up nothing else.
// Copies know of the same threads.
class SourceCheck {
 public:
  // Called on those threads, several at once; must not throw.
  using IsThere = std::function<bool(const std::string& path)>;

  SourceCheck();  // asks the file system
  explicit SourceCheck(IsThere is_there);

  // How long a source may take to answer: a disk that sleeps needs half of this to wake up.
  std::chrono::milliseconds limit{std::chrono::seconds(30)};

  // The state of each path. It may take the limit once for every 16 that are silent, and ends at once when the
  // cancellation is requested. A path that an earlier look still waits for is Silent without another thread.
  runtime::Task<std::vector<SourceState>> look(runtime::Loop& loop, std::vector<std::string> paths,
                                               Cancellation& cancellation) const;

 private:
  std::shared_ptr<SourceQuestions> questions_;  // shared with the threads that are left behind
};

}  // namespace holdfast::restic
