#include "server/hang_up.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include "server/server_state.hpp"

namespace holdfast::http {

Task<> hung_up(RequestReader& reader) {
  if (!co_await reader.read_ahead()) co_return;
  using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;
  const Executor executor = co_await asio::this_coro::executor;
  Timer forever(executor, Steady::time_point::max());
  co_await forever.async_wait(kAsTuple);
}

}  // namespace holdfast::http
