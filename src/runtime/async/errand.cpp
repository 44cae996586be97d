#include "runtime/async/errand.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <mutex>
#include <thread>

// The thread may hang in the kernel for ever, so nobody waits for it: it is detached, and shares its state with who
// sent it, either of whom may be the last to let go.
namespace holdfast::runtime {
namespace {

constexpr std::size_t kLongestName = 15;  // the kernel's limit

}  // namespace

struct Errand::State {
  State(const Executor& on, std::function<void()> then) : executor(on), done(std::move(then)) {}

  // From the thread. As long as nobody has forgotten it, the loop is there.
  static void report(const std::shared_ptr<State>& state) {
    const std::lock_guard lock(state->mutex);
    if (state->forgotten) return;
    asio::post(state->executor, [state] {
      if (!state->forgotten) state->done();
    });
  }

  const Executor executor;
  const std::function<void()> done;
  std::mutex mutex;
  bool forgotten = false;  // written on the loop only
};

Errand::Errand(Loop& loop, std::string name, std::function<void()> work, std::function<void()> done)
    : state_(std::make_shared<State>(loop.get_executor(), std::move(done))) {
  std::thread thread([state = state_, work = std::move(work)] {
    work();
    State::report(state);
  });
  name.resize(std::min(name.size(), kLongestName));
  pthread_setname_np(thread.native_handle(), name.c_str());
  thread.detach();
}

Errand::~Errand() {
  const std::lock_guard lock(state_->mutex);
  state_->forgotten = true;
}

}  // namespace holdfast::runtime
