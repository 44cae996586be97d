#include "runtime/async/signals.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace holdfast::runtime {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Whoever starts us without one of the three would have our first file or socket take its place, and log into it.
void open_standard_descriptors() {
  int descriptor = 0;
  do {
    descriptor = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (descriptor < 0) fail("cannot open /dev/null");
  } while (descriptor <= STDERR_FILENO);
  ::close(descriptor);
}

void switch_off_core_dumps() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) fail("cannot switch off core dumps");
}

}  // namespace

Task<int> wait_for_stop_signal() {
  const Executor executor = co_await asio::this_coro::executor;
  asio::basic_signal_set<Executor> signals(executor, SIGINT, SIGTERM);
  const int number = co_await signals.async_wait(asio::use_awaitable_t<Executor>{});
  co_return number;
}

void prepare_process() {
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  switch_off_core_dumps();
}

}  // namespace holdfast::runtime
