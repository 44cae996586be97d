#include "fleet/live/rounds.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "runtime/log/log.hpp"

namespace holdfast::fleet {
namespace {

runtime::Task<std::string> failure_of(const std::function<runtime::Task<>()>& round) {
  try {
    co_await round();
  } catch (const boost::system::system_error& error) {
    if (error.code() == runtime::asio::error::operation_aborted) throw;  // it was cancelled
    co_return error.what();
  } catch (const std::exception& error) {
    co_return error.what();
  }
  co_return std::string();
}

}  // namespace

runtime::Task<> run_rounds(std::string name, std::chrono::steady_clock::duration pause,
                           std::function<runtime::Task<>()> round) {
  bool failing = false;
  while (true) {
    const auto failure = co_await failure_of(round);
    if (!failure.empty() && !failing)
      runtime::log::error("hub.round_failed", "A round failed, it is tried again",
                          {{"round", name}, {"error", failure}});
    if (failure.empty() && failing)
      runtime::log::info("hub.round_works", "A round that failed works again", {{"round", name}});
    failing = !failure.empty();
    co_await runtime::sleep_for(pause);
  }
}

}  // namespace holdfast::fleet
