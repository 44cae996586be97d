#include "runtime/async/errands.hpp"

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <map>
#include <utility>

#include "runtime/async/errand.hpp"

namespace holdfast::runtime {
namespace {

using Steady = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;

// Shared by the thread and whoever waits for it; each may be the last to let go.
struct Piece {
  void run() {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    work = nullptr;
    returned = true;
  }

  std::function<void()> work;
  std::exception_ptr failure;
  std::atomic<bool> returned = false;
};

}  // namespace

struct Errands::State {
  explicit State(Loop& l) : loop(l) {}

  void forget_returned() {
    std::erase_if(pieces, [](const auto& entry) { return entry.second->returned.load(); });
  }

  Loop& loop;
  std::map<std::string, std::shared_ptr<Piece>> pieces;
};

Errands::Errands(Loop& loop) : state_(std::make_shared<State>(loop)) {}

Errands::~Errands() = default;

std::size_t Errands::out() const {
  state_->forget_returned();
  return state_->pieces.size();
}

Task<bool> Errands::send(std::string name, std::function<void()> work, Steady::duration limit) {
  const auto state = state_;
  state->forget_returned();
  if (state->pieces.contains(name)) co_return false;
  const auto piece = std::make_shared<Piece>();
  piece->work = std::move(work);
  Timer timer(state->loop.get_executor(), limit);
  const Errand errand(state->loop, name, [piece] { piece->run(); }, [&timer] { timer.cancel(); });
  state->pieces.emplace(std::move(name), piece);
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable_t<Executor>{}, cancelled));
  if (!piece->returned) {
    if (cancelled) throw boost::system::system_error(cancelled);
    co_return false;
  }
  state->forget_returned();
  if (piece->failure) std::rethrow_exception(piece->failure);
  co_return true;
}

}  // namespace holdfast::runtime
