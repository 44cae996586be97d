#include "http/client/local_client.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "server/exchange.hpp"
#include "within.hpp"

namespace holdfast::http {
namespace {

using asio::local::stream_protocol;
using LocalSocket = asio::basic_stream_socket<stream_protocol, Executor>;
using Failure = std::unexpected<LocalFailure>;
using FetchResult = std::expected<Response, LocalFailure>;
using Kind = LocalFailure::Kind;

class LocalStream final : public ByteStream {
 public:
  explicit LocalStream(LocalSocket& socket) : socket_(socket) {}

  Task<std::size_t> read_some(asio::mutable_buffer into) override {
    const auto [error, count] = co_await socket_.async_read_some(into, kAsTuple);
    co_return count;
  }

  Task<std::size_t> write_some(Buffers buffers) override {
    const auto [error, count] = co_await socket_.async_write_some(buffers, kAsTuple);
    co_return count;
  }

 private:
  LocalSocket& socket_;
};

Failure cannot_connect(const std::filesystem::path& path, const std::string& reason) {
  return Failure({Kind::NotReached, "cannot connect to " + path.string() + ": " + reason});
}

// A path longer than the kernel takes is the only one that makes no endpoint.
std::expected<stream_protocol::endpoint, LocalFailure> endpoint_at(const std::filesystem::path& path) {
  try {
    return stream_protocol::endpoint(path.string());
  } catch (const boost::system::system_error& error) {
    return cannot_connect(path, error.code().message());
  }
}

Task<FetchResult> get_now(Loop& loop, const std::filesystem::path& path, const Call& call) {
  const auto endpoint = endpoint_at(path);
  if (!endpoint) co_return Failure(endpoint.error());
  LocalSocket socket(loop.get_executor());
  const auto [error] = co_await socket.async_connect(*endpoint, kAsTuple);
  if (error) co_return cannot_connect(path, error.message());
  LocalStream stream(socket);
  auto response = co_await exchange(stream, call);
  if (!response) co_return Failure({Kind::BadAnswer, std::move(response.error())});
  co_return std::move(*response);
}

}  // namespace

Task<FetchResult> get_over_socket(Loop& loop, std::filesystem::path path, std::string target,
                                  std::chrono::milliseconds time_limit, std::size_t max_body) {
  const Call call{"GET", std::move(target), "localhost", {}, {}, path.string(), max_body};
  auto work = get_now(loop, path, call);
  auto limited = within(time_limit, std::move(work));
  auto response = co_await std::move(limited);
  if (!response) {
    const std::string limit = std::to_string(time_limit.count()) + " ms";
    co_return Failure({Kind::TooSlow, "no answer from " + path.string() + " within " + limit});
  }
  co_return std::move(*response);
}

}  // namespace holdfast::http
