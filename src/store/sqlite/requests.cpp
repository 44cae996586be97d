#include "sqlite/requests.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

// Where the loop and the threads of the database meet: a request is pushed on the loop and taken by a thread under
// the mutex, and what belongs to its coroutine is called, and destroyed, on the loop alone.
namespace holdfast::store {

namespace asio = runtime::asio;

namespace {

// Whether the coroutine that `resume` belongs to was cancelled since.
std::shared_ptr<std::atomic<bool>> abandoned_by(const auto& resume) {
  auto abandoned = std::make_shared<std::atomic<bool>>(false);
  auto slot = asio::get_associated_cancellation_slot(resume);
  if (slot.is_connected()) slot.assign([abandoned](asio::cancellation_type) { *abandoned = true; });
  return abandoned;
}

}  // namespace

void RequestQueue::push(Request request) {
  {
    const std::lock_guard lock(mutex_);
    auto lane = std::ranges::find(lanes_, request.owner, &Lane::owner);
    if (lane == lanes_.end()) lane = lanes_.insert(lane, Lane{request.owner, {}});
    lane->waiting.push_back(std::move(request));
    ++size_;
  }
  changed_.notify_one();
}

std::vector<Request> RequestQueue::take(std::size_t limit, std::optional<Duration> patience) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return closed_ || size_ > 0; };
  if (patience) {
    changed_.wait_for(lock, *patience, ready);
  } else {
    changed_.wait(lock, ready);
  }
  std::vector<Request> taken;
  while (size_ > 0 && taken.size() < limit) taken.push_back(take_one());
  return taken;
}

Request RequestQueue::take_one() {
  auto& waiting = lanes_.front().waiting;
  Request request = std::move(waiting.front());
  waiting.pop_front();
  --size_;
  if (waiting.empty())
    lanes_.pop_front();
  else
    lanes_.splice(lanes_.end(), lanes_, lanes_.begin());
  return request;
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
  return closed_ && size_ == 0;
}

std::size_t RequestQueue::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

Task<> submit(runtime::Loop& loop, RequestQueue& queue, std::move_only_function<void(Connection&)> work,
              std::string owner) {
  using Token = asio::use_awaitable_t<runtime::Executor>;
  Token token;
  auto start = [&loop, &queue, work = std::move(work), owner = std::move(owner)](auto resume) mutable {
    auto abandoned = abandoned_by(resume);
    queue.push({std::move(work), std::move(resume), asio::make_work_guard(loop.get_executor()), std::move(abandoned),
                std::move(owner), nullptr});
  };
  return asio::async_initiate<Token, void(std::exception_ptr)>(std::move(start), token);
}

void resume_all(runtime::Loop& loop, std::vector<Request> done) {
  asio::post(loop, [done = std::move(done)]() mutable {
    for (Request& request : done) request.resume(std::move(request.error));
  });
}

}  // namespace holdfast::store
