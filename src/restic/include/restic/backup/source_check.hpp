#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/async/task.hpp"

namespace holdfast::restic {

class Cancellation;
class SourceQuestions;

enum class SourceState {
  There,        // with something in it, as far as a look tells
  Empty,        // a folder with nothing in it
  Link,         // what is saved is the link alone
  Special,      // a pipe, a socket or a device: what is saved is that it is there
  Missing,      //
  Unreachable,  // the file system gives an error
  Silent,       // the file system does not answer: a network folder, most likely, whose server is away
};

// What a look at one source found.
struct SourceLook {
  SourceState state = SourceState::Silent;
  std::string detail{};       // of Unreachable: the error; of Link: where it leads; of Special: what it is
  std::string mount_point{};  // on which it lies, or would if it was there; empty when that is not known
  bool is_folder = false;

  bool operator==(const SourceLook&) const = default;
};

// Asks the file system, which may take for ever. Does not throw.
SourceLook look_at_source(const std::string& path);

// Looks whether sources are there, on threads of their own, so that one that never answers holds up nothing else.
// Copies know of the same threads.
class SourceCheck {
 public:
  // Called on those threads, several at once; must not throw.
  using Look = std::function<SourceLook(const std::string& path)>;

  SourceCheck();  // asks the file system
  explicit SourceCheck(Look look);

  // How long a source may take to answer: a disk that sleeps needs half of this to wake up.
  std::chrono::milliseconds limit{std::chrono::seconds(30)};

  // What each path looks like. It may take the limit once for every 16 that are silent, and ends at once when the
  // cancellation is requested. A path that an earlier look still waits for is Silent without another thread.
  runtime::Task<std::vector<SourceLook>> look(runtime::Loop& loop, std::vector<std::string> paths,
                                              Cancellation& cancellation) const;

 private:
  std::shared_ptr<SourceQuestions> questions_;  // shared with the threads that are left behind
};

}  // namespace holdfast::restic
