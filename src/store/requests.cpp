#include "requests.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::store {

namespace asio = runtime::asio;

void RequestQueue::push(Request request) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(request));
  }
  changed_.notify_one();
}

std::vector<Request> RequestQueue::take(std::size_t limit, std::optional<Duration> patience) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return closed_ || !waiting_.empty(); };
  if (patience) {
    changed_.wait_for(lock, *patience, ready);
  } else {
    changed_.wait(lock, ready);
  }
  std::vector<Request> taken;
  for (; !waiting_.empty() && taken.size() < limit; waiting_.pop_front()) taken.push_back(std::move(waiting_.front()));
  return taken;
}

void RequestQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

bool RequestQueue::finished() const {
  const std::lock_guard lock(mutex_);
  return closed_ && waiting_.empty();
}

std::size_t RequestQueue::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

Task<> submit(runtime::Loop& loop, RequestQueue& queue, std::move_only_function<void(Connection&)> work) {
  using Token = asio::use_awaitable_t<runtime::Executor>;
  Token token;
  auto start = [&loop, &queue, work = std::move(work)](auto resume) mutable {
    queue.push({std::move(work), std::move(resume), asio::make_work_guard(loop.get_executor()), nullptr});
  };
  return asio::async_initiate<Token, void(std::exception_ptr)>(std::move(start), token);
}

void resume_all(runtime::Loop& loop, std::vector<Request> done) {
  asio::post(loop, [done = std::move(done)]() mutable {
    for (Request& request : done) request.resume(std::move(request.error));
  });
}

}  // namespace holdfast::store
