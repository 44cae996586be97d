#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/async/task.hpp"

namespace holdfast::runtime {

// How a child ended.
struct ExitStatus {
  std::optional<int> code;    // when it exited
  std::optional<int> signal;  // when a signal killed it
  bool left_behind = false;   // it was killed and did not end: it hangs in the kernel, and nobody waits for it
  bool ok() const { return code == 0; }
};

struct Command {
  std::vector<std::string> arguments;  // [0] is the program, searched in PATH of `environment` if it has no '/'
  std::map<std::string, std::string> environment;  // the whole environment: nothing is inherited
  std::filesystem::path directory = "/";
};

// A child process without a shell: stdin is /dev/null, no descriptor is inherited, own process group, signals at
// default. Its output comes line by line; a line longer than `max_line` is cut and the rest of it dropped. Bytes are as
// the child wrote them, without the newline. The reader's pace holds the child back (pipe), so nothing grows without
// bound.
class Subprocess {
 public:
  // Called on the loop for each line; the next is read after the returned task ends.
  using OnLine = std::function<Task<>(std::string_view line)>;

  // Throws std::system_error when the program cannot be started (not found, not executable, no such directory).
  static std::unique_ptr<Subprocess> start(Loop& loop, const Command& command, std::size_t max_line = 64 * 1024);
  // Kills the child and its group (SIGKILL) if it still runs, and reaps it.
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  pid_t pid() const;
  // Reads both outputs to their end and waits for the child; call it once. What a callback throws ends it and comes out
  // here, and so does a cancellation; the child runs on until the destructor. Output that grandchildren keep open after
  // the child has ended is given up a few seconds later.
  Task<ExitStatus> run(OnLine on_stdout, OnLine on_stderr);
  // To this process only, not to its group; nothing when it has ended. One that does not end within five
  // seconds of a SIGKILL is left behind.
  void signal(int number);

 private:
  struct State;
  explicit Subprocess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Runs a command to its end and collects its output (each at most `limit` bytes, the rest dropped). At `time_limit` it
// is killed with its group: its status then tells of SIGKILL.
struct CommandOutput {
  ExitStatus status;
  std::string out;
  std::string err;
};
Task<CommandOutput> run_command(Loop& loop, const Command& command, std::chrono::steady_clock::duration time_limit,
                                std::size_t limit = 1024 * 1024);

// When the process `pid` was started, in words that no other process ever has, not even after a reboot: process ids are
// used again. Nothing when there is none, or it has ended.
std::optional<std::string> process_start_time(pid_t pid);

// What the kernel tells of processes at this moment; nothing of one that has ended or belongs to somebody else.
std::vector<pid_t> process_ids();
std::optional<pid_t> parent_of(pid_t pid);
bool has_in_environment(pid_t pid, std::string_view variable);  // "NAME=value"

}  // namespace holdfast::runtime
