#include "process/unlock.hpp"

#include <fmt/format.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <csignal>
#include <memory>
#include <system_error>

#include "runtime/process/subprocess.hpp"
#include "text/ascii.hpp"

namespace holdfast::restic {
namespace {

using runtime::Subprocess;
using Steady = std::chrono::steady_clock;
using Timer = runtime::asio::basic_waitable_timer<Steady, runtime::asio::wait_traits<Steady>, runtime::Executor>;

constexpr std::size_t kMostOutput = 4096;

// Kills a restic when somebody asks for it or its time is up, for as long as it lives.
class KillSwitch {
 public:
  KillSwitch(runtime::Loop& loop, const std::shared_ptr<Subprocess>& child, Cancellation& cancellation,
             std::chrono::milliseconds limit)
      : cancellation_(cancellation), timer_(loop, limit) {
    const auto kill = [child = std::weak_ptr(child)] {
      if (const auto running = child.lock()) running->signal(SIGKILL);
    };
    cancellation_.on_request(kill);
    timer_.async_wait([kill](const boost::system::error_code& aborted) {
      if (!aborted) kill();
    });
  }
  ~KillSwitch() { cancellation_.on_request(nullptr); }
  KillSwitch(const KillSwitch&) = delete;
  KillSwitch& operator=(const KillSwitch&) = delete;

 private:
  Cancellation& cancellation_;
  Timer timer_;
};

struct Said {
  runtime::ExitStatus status;
  std::string out;
  std::string err;
};

Subprocess::OnLine collect(std::string& text) {
  return [&text](std::string_view line) -> runtime::Task<> {
    if (text.size() < kMostOutput) text.append(text.empty() ? "" : " ").append(text::trim(line));
    co_return;
  };
}

// 0.14 says that it removed locks whether there were any or not, newer ones say how many, or nothing.
Unlocked describe(const Said& said, const Redactor& redactor) {
  if (said.status.signal) return lock_left_behind("the repository did not answer in time");
  if (!said.status.ok()) return lock_left_behind(redactor.clean(said.err));
  if (said.out.empty()) return {core::LogLevel::Info, "\"restic unlock\" found no lock to remove."};
  return {core::LogLevel::Info, redactor.clean(fmt::format("\"restic unlock\" says: {}", said.out))};
}

}  // namespace

Unlocked lock_left_behind(std::string_view reason) {
  return {
      core::LogLevel::Warning,
      fmt::format("A lock that restic may have left in the repository could not be removed: {}. Backups work all the "
                  "same; \"restic unlock\" on this host removes it.",
                  reason)};
}

runtime::Task<Unlocked> unlock(runtime::Loop& loop, const Installation& installation, const Environment& environment,
                               const Redactor& redactor, Cancellation& cancellation, std::chrono::milliseconds limit) {
  const runtime::Command command{
      .arguments = unlock_arguments(installation), .environment = environment, .directory = "/"};
  std::string problem;
  try {
    const std::shared_ptr<Subprocess> child = Subprocess::start(loop, command);
    const KillSwitch kill_switch(loop, child, cancellation, limit);
    Said said;
    auto on_stdout = collect(said.out);
    auto on_stderr = collect(said.err);
    said.status = co_await child->run(std::move(on_stdout), std::move(on_stderr));
    co_return describe(said, redactor);
  } catch (const std::system_error& error) {
    problem = redactor.clean(error.what());
  }
  co_return lock_left_behind(problem);
}

}  // namespace holdfast::restic
