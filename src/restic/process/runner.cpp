#include "process/runner.hpp"

#include <fmt/format.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <csignal>
#include <memory>

// The handler of a timer may be queued already when its timer is destroyed, and then runs all the same: those here
// hold the child weakly, and do nothing once it is gone.
namespace holdfast::restic {
namespace {

using runtime::Subprocess;
using Steady = std::chrono::steady_clock;
using Timer = runtime::asio::basic_waitable_timer<Steady, runtime::asio::wait_traits<Steady>, runtime::Executor>;

// Stands between one running restic and its cancellation, for as long as it lives.
class Stopper {
 public:
  Stopper(runtime::Loop& loop, std::shared_ptr<Subprocess> child, Cancellation& cancellation, BackupLimits limits)
      : child_(std::move(child)), cancellation_(cancellation), limits_(limits), grace_(loop), deadline_(loop) {
    cancellation_.on_request([this] { stop(); });
    if (cancellation_.requested()) stop();
  }
  ~Stopper() { cancellation_.on_request(nullptr); }
  // Whoever destroys the stopper also ends the wait, so `time_is_up` may be a part of its owner.
  void stop_after(std::chrono::milliseconds limit, bool& time_is_up) {
    deadline_.expires_after(limit);
    deadline_.async_wait([this, &time_is_up, child = std::weak_ptr(child_)](const boost::system::error_code& aborted) {
      if (aborted || child.expired()) return;
      time_is_up = true;
      stop();
    });
  }
  Stopper(const Stopper&) = delete;
  Stopper& operator=(const Stopper&) = delete;

  void stop() {
    if (asked_) return;
    asked_ = true;
    child_->signal(SIGINT);
    grace_.expires_after(limits_.cancel_grace);
    // The child may be gone when the timer's handler runs at last.
    grace_.async_wait([child = std::weak_ptr(child_)](const boost::system::error_code& aborted) {
      const auto running = child.lock();
      if (!aborted && running) running->signal(SIGKILL);
    });
  }

 private:
  std::shared_ptr<Subprocess> child_;
  Cancellation& cancellation_;
  BackupLimits limits_;
  bool asked_ = false;
  Timer grace_;
  Timer deadline_;
};

// Tells the listener which process runs, for as long as it lives.
class Announcement {
 public:
  Announcement(Listener& listener, pid_t pid) : listener_(listener) { listener_.process(pid); }
  ~Announcement() { listener_.process(0); }  // noexcept
  Announcement(const Announcement&) = delete;
  Announcement& operator=(const Announcement&) = delete;

 private:
  Listener& listener_;
};

}  // namespace

Runner::Runner(runtime::Loop& loop, Listener& listener, Cancellation& cancellation, BackupLimits limits)
    : loop_(loop), listener_(listener), cancellation_(cancellation), limits_(limits) {}

runtime::Task<runtime::ExitStatus> Runner::run(const runtime::Command& command, OnLine on_stdout, OnLine on_stderr,
                                               std::optional<std::chrono::milliseconds> limit) {
  time_is_up_ = false;
  const std::shared_ptr<Subprocess> child = Subprocess::start(loop_, command);
  const Announcement announcement(listener_, child->pid());
  Stopper stopper(loop_, child, cancellation_, limits_);
  if (limit) stopper.stop_after(*limit, time_is_up_);
  running_ = child;
  stop_running_ = [&stopper] { stopper.stop(); };
  const auto status = co_await child->run(std::move(on_stdout), std::move(on_stderr));
  if (status.left_behind) {
    auto line = fmt::format(
        "restic was killed and does not end: process {} hangs in the kernel, as on a disk or a network mount that does "
        "not answer. The agent does not wait for it any longer.",
        child->pid());
    co_await listener_.log(core::LogLevel::Error, std::move(line));
  }
  co_return status;
}

void Runner::give_up() {
  time_is_up_ = true;
  if (!running_.expired()) stop_running_();
}

void Runner::kill() {
  if (const auto running = running_.lock()) running->signal(SIGKILL);
}

}  // namespace holdfast::restic
