#include "runtime/process/subprocess.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <utility>

#include "process/child.hpp"
#include "process/lines.hpp"

namespace holdfast::runtime {
namespace {

using Steady = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;

// Hands a chunk on as lines; an empty chunk is the end.
Task<> give_lines(LineSplitter& splitter, std::string_view chunk, const Subprocess::OnLine& on_line) {
  if (chunk.empty()) {
    if (const auto line = splitter.last()) co_await on_line(*line);
    co_return;
  }
  while (const auto line = splitter.next(chunk)) co_await on_line(*line);
}

Task<> collect(std::string& output, std::string_view chunk, std::size_t limit) {
  output += chunk.substr(0, limit - output.size());
  co_return;
}

}  // namespace

struct Subprocess::State {
  State(Loop& loop, const Command& command, std::size_t limit) : child(loop, command), max_line(limit) {}

  Child child;
  std::size_t max_line;
};

Subprocess::Subprocess(std::unique_ptr<State> state) : state_(std::move(state)) {}

Subprocess::~Subprocess() = default;

std::unique_ptr<Subprocess> Subprocess::start(Loop& loop, const Command& command, std::size_t max_line) {
  return std::unique_ptr<Subprocess>(new Subprocess(std::make_unique<State>(loop, command, max_line)));
}

pid_t Subprocess::pid() const {
  return state_->child.pid();
}

void Subprocess::signal(int number) {
  state_->child.signal(number);
}

Task<ExitStatus> Subprocess::run(OnLine on_stdout, OnLine on_stderr) {
  LineSplitter out(state_->max_line);
  LineSplitter err(state_->max_line);
  const Child::OnData on_out = [&](std::string_view chunk) { return give_lines(out, chunk, on_stdout); };
  const Child::OnData on_err = [&](std::string_view chunk) { return give_lines(err, chunk, on_stderr); };
  const ExitStatus status = co_await state_->child.run(on_out, on_err);
  co_return status;
}

Task<CommandOutput> run_command(Loop& loop, const Command& command, Steady::duration time_limit, std::size_t limit) {
  CommandOutput output;
  const auto child = std::make_shared<Child>(loop, command);
  Timer timer(loop.get_executor(), time_limit);
  // The handler may be on its way when this coroutine ends, so it does not own the child.
  timer.async_wait([running = std::weak_ptr(child)](const boost::system::error_code& cancelled) {
    const auto late = running.lock();
    if (!cancelled && late) late->kill_group();
  });
  const Child::OnData on_out = [&](std::string_view chunk) { return collect(output.out, chunk, limit); };
  const Child::OnData on_err = [&](std::string_view chunk) { return collect(output.err, chunk, limit); };
  output.status = co_await child->run(on_out, on_err);
  co_return output;
}

}  // namespace holdfast::runtime
