#include "client/dial.hpp"

#include <algorithm>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/url/parse.hpp>
#include <exception>
#include <optional>

#include "text/number.hpp"

// A name has several addresses, and some swallow whatever is sent to them, so attempts run beside each other and the
// first that connects wins. The others are ended before the frame is left that they use, also when the caller is
// cancelled.
namespace holdfast::http {
namespace {

using Failure = std::unexpected<std::string>;

std::uint16_t usual_port(bool tls) {
  return tls ? 443 : 80;
}

std::string bracketed(const std::string& host) {
  return host.contains(':') ? "[" + host + "]" : host;
}

// 0 for what is no port.
std::uint16_t parse_port(std::string_view text) {
  return text::parse_number<std::uint16_t>(text).value_or(0);
}

// An address is taken as it is: resolving would start a thread.
Task<boost::system::error_code> resolve(Loop& loop, const Destination& destination, std::vector<tcp::endpoint>& found) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(destination.host, error);
  if (!error) {
    found.emplace_back(address, destination.port);
    co_return error;
  }
  asio::ip::basic_resolver<tcp, Executor> resolver(loop.get_executor());
  const std::string port = std::to_string(destination.port);
  const auto [failure, results] = co_await resolver.async_resolve(destination.host, port, kAsTuple);
  for (const auto& result : results) found.push_back(result.endpoint());
  co_return failure;
}

constexpr auto kNextAddress = std::chrono::milliseconds(250);

// The attempts to reach one destination.
class Race {
 public:
  explicit Race(Loop& loop) : loop_(loop), changed_(loop), attempts_(loop) {}

  Task<> run(const std::vector<tcp::endpoint>& addresses) {
    for (const tcp::endpoint& address : addresses) {
      ++running_;
      attempts_.spawn("connect", [this, address] { return attempt(address); });
      const auto turn = std::chrono::steady_clock::now() + kNextAddress;
      bool in_time = true;
      while (in_time && !winner_ && running_ > 0)
        in_time = co_await changed_.wait_for(turn - std::chrono::steady_clock::now());
      if (winner_) co_return;
    }
    while (!winner_ && running_ > 0) co_await changed_.wait();
  }
  Task<> stop() { return attempts_.stop(); }

  std::optional<Socket>& winner() { return winner_; }
  // Of the attempt that failed last.
  const boost::system::error_code& error() const { return error_; }

 private:
  Task<> attempt(tcp::endpoint address) {
    Socket socket(loop_.get_executor());
    const auto [error] = co_await socket.async_connect(address, kAsTuple);
    --running_;
    if (error) error_ = error;
    if (!error && !winner_) winner_ = std::move(socket);
    changed_.notify_all();
  }

  Loop& loop_;
  std::size_t running_ = 0;
  std::optional<Socket> winner_;
  boost::system::error_code error_ = asio::error::host_not_found;
  runtime::Signal changed_;
  runtime::TaskGroup attempts_;
};

// Addresses of both families by turns, in the order that the resolver gave them: a family that is dead is tried once
// before the other.
void mix_families(std::vector<tcp::endpoint>& addresses) {
  std::vector<tcp::endpoint> mixed;
  for (auto rest = std::move(addresses); !rest.empty();) {
    const bool wants_v4 = !mixed.empty() && mixed.back().address().is_v6();
    const bool wants_v6 = !mixed.empty() && mixed.back().address().is_v4();
    auto next = std::ranges::find_if(
        rest, [&](const tcp::endpoint& address) { return address.address().is_v4() ? !wants_v6 : !wants_v4; });
    if (next == rest.end()) next = rest.begin();
    mixed.push_back(*next);
    rest.erase(next);
  }
  addresses = std::move(mixed);
}

Task<boost::system::error_code> connect(Loop& loop, const Destination& destination, Socket& socket) {
  std::vector<tcp::endpoint> addresses;
  const auto unresolved = co_await resolve(loop, destination, addresses);
  if (unresolved) co_return unresolved;
  mix_families(addresses);
  const auto error = co_await connect_any(loop, std::move(addresses), socket);
  boost::system::error_code ignored;  // of a connection that has ended meanwhile: whoever uses it finds out
  if (!error) socket.set_option(tcp::no_delay(true), ignored);
  co_return error;
}

std::expected<std::unique_ptr<Transport>, std::string> over_tls(Socket socket, const std::string& host,
                                                                const ClientOptions& options) {
  try {
    auto context = client_tls(options.ca_file);
    return tls_client_transport(std::move(socket), context, host);
  } catch (const std::runtime_error& error) {
    return Failure(error.what());
  }
}

}  // namespace

std::string Destination::name() const {
  return bracketed(host) + ":" + std::to_string(port);
}

std::string Destination::host_header() const {
  return port == usual_port(tls) ? bracketed(host) : name();
}

std::expected<Destination, std::string> parse_url(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return Failure("\"" + url + "\" is no address");
  const std::string scheme(parsed->scheme());
  const bool tls = scheme == "https" || scheme == "wss";
  if (!tls && scheme != "http" && scheme != "ws") return Failure("an address must begin with http:// or https://");
  if (parsed->has_userinfo()) return Failure("an address must have no user name or password in it");
  Destination destination{.tls = tls, .host = parsed->host_address(), .port = usual_port(tls), .target = {}};
  if (destination.host.empty()) return Failure("\"" + url + "\" has no host");
  if (parsed->has_port()) destination.port = parse_port(parsed->port());
  if (destination.port == 0) return Failure("\"" + url + "\" has no valid port");
  const std::string target(parsed->encoded_target());
  destination.target = target.starts_with('/') ? target : "/" + target;
  return destination;
}

Task<boost::system::error_code> connect_any(Loop& loop, std::vector<tcp::endpoint> addresses, Socket& socket) {
  Race race(loop);
  std::exception_ptr cancelled;
  try {
    co_await race.run(addresses);
  } catch (...) {
    cancelled = std::current_exception();
  }
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);  // the attempts use this frame: they end first in any case
  co_await race.stop();
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (cancelled) std::rethrow_exception(cancelled);
  if (!race.winner()) co_return race.error();
  socket = std::move(*race.winner());
  co_return boost::system::error_code();
}

Task<std::expected<std::unique_ptr<Transport>, std::string>> dial(Loop& loop, const Destination& destination,
                                                                  const ClientOptions& options) {
  const std::string failed = "cannot connect to " + destination.name() + ": ";
  Socket socket(loop.get_executor());
  const auto error = co_await connect(loop, destination, socket);
  if (error) co_return Failure(failed + error.message());
  if (!destination.tls) co_return plain_transport(std::move(socket));
  auto transport = over_tls(std::move(socket), destination.host, options);
  if (!transport) co_return Failure(failed + transport.error());
  const auto problem = co_await (*transport)->open();
  if (problem) co_return Failure(failed + *problem);
  co_return std::move(*transport);
}

}  // namespace holdfast::http
