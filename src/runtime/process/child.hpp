#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "process/spawn.hpp"
#include "runtime/async/task.hpp"
#include "runtime/process/subprocess.hpp"

namespace holdfast::runtime {

// A child process whose output comes in chunks as it is read.
class Child {
 public:
  // The chunk is valid until the returned task ends; an empty one is the end of the output.
  using OnData = std::function<Task<>(std::string_view chunk)>;
  // How long processes that the child left behind may keep its output open.
  static constexpr std::chrono::steady_clock::duration kGrace = std::chrono::seconds(2);
  // How long a killed child may take to end: only one that hangs in the kernel takes longer, and it may for ever.
  static constexpr std::chrono::steady_clock::duration kDeathLimit = std::chrono::seconds(5);

  Child(Loop& loop, const Command& command);
  // Kills the group of a child that still runs, and reaps it where it ends.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  // Ends when the child has ended and its output was read. Rethrows what `on_out` or `on_err` threw. Once.
  // A child that does not end within `death_limit` of SIGKILL is left behind.
  Task<ExitStatus> run(const OnData& on_out, const OnData& on_err, std::chrono::steady_clock::duration grace = kGrace,
                       std::chrono::steady_clock::duration death_limit = kDeathLimit);
  void signal(int number);
  void kill_group();

 private:
  using Stream = asio::posix::basic_stream_descriptor<Executor>;
  struct Output {
    Stream pipe;
    std::size_t allowance = std::numeric_limits<std::size_t>::max();  // bytes that may still be read
    bool open = true;
  };

  Child(Loop& loop, Spawned spawned);
  Task<> guard(Task<> step);
  Task<> pump(Output& output, const OnData& on_data);
  Task<std::size_t> read_some(Output& output, std::string& buffer);
  Task<> wait_for_exit();
  Task<> wait_for_death(std::chrono::steady_clock::duration limit);
  void leave_behind();
  Task<> follow(std::chrono::steady_clock::duration grace);
  bool is_reading() const { return out_.open || err_.open; }
  void reap();

  Loop& loop_;
  pid_t pid_;
  std::shared_ptr<Stream> process_;  // a child that was left behind is reaped when it ends after all
  Output out_;
  Output err_;
  std::optional<ExitStatus> status_;  // once it was reaped, or left behind
  bool killed_ = false;
  std::exception_ptr failure_;
  Signal changed_;  // one of the steps has ended
};

}  // namespace holdfast::runtime
