#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/async/task.hpp"

namespace holdfast::runtime {

// Work that may never end (a look at a dead network mount hangs in the kernel), each piece an Errand: nobody waits for
// it longer than the limit, and it does not start again under the same name before it has returned, so that what is
// dead costs one thread however often it is asked. Lives on the loop's thread, and may go while errands are still out.
class Errands {
 public:
  explicit Errands(Loop& loop);
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  // What `work` returned; rethrows what it threw. Nothing when it takes longer than `limit`, or is still out from an
  // earlier time; what it returns late is dropped. `work` owns what it uses: it may outlive everything.
  template <class T>
  Task<std::optional<T>> run(std::string name, std::function<T()> work, std::chrono::steady_clock::duration limit) {
    const auto result = std::make_shared<std::optional<T>>();
    std::function<void()> errand = [result, work = std::move(work)] { *result = work(); };
    const bool returned = co_await send(std::move(name), std::move(errand), limit);
    if (!returned) co_return std::nullopt;
    co_return std::move(*result);
  }

  // How many have not returned.
  std::size_t out() const;

 private:
  // Whether it returned within the limit.
  Task<bool> send(std::string name, std::function<void()> work, std::chrono::steady_clock::duration limit);

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::runtime
