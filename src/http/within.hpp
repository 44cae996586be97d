#pragma once

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "runtime/async/task.hpp"

namespace holdfast::http {

// What `work` gives, or nothing when it took longer than `limit`. Throws when the caller was cancelled: by then `work`
// may have made a sentence of it.
template <class T>
runtime::Task<std::optional<T>> within(std::chrono::steady_clock::duration limit, runtime::Task<T> work) {
  namespace asio = runtime::asio;
  using namespace asio::experimental::awaitable_operators;
  auto first = std::move(work) || runtime::sleep_for(limit);
  try {
    auto outcome = co_await std::move(first);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    const bool cancelled = cancellation.cancelled() != asio::cancellation_type::none;
    if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
    if (outcome.index() == 1) co_return std::nullopt;
    co_return std::move(std::get<0>(outcome));
  } catch (const asio::multiple_exceptions& both) {
    std::rethrow_exception(both.first_exception());
  }
}

}  // namespace holdfast::http
