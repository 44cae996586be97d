#include "http/server/server.hpp"

#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <system_error>

#include "runtime/log/log.hpp"
#include "server/server_state.hpp"
#include "server/session.hpp"

// Stopping goes in an order: nothing more is accepted, connections without a request end, handlers have `grace` to
// finish, and the rest is aborted.
namespace holdfast::http {
namespace {

constexpr std::chrono::milliseconds kDeadlineCheck{500};
constexpr std::chrono::milliseconds kPauseAfterFailure{100};

bool has_ipv6(Loop& loop) {
  boost::system::error_code error;
  asio::basic_socket_acceptor<tcp, Executor> probe(loop.get_executor());
  probe.open(tcp::v6(), error);
  if (!error) probe.bind(tcp::endpoint(asio::ip::address_v6::loopback(), 0), error);
  return !error;
}

tcp::endpoint resolve(Loop& loop, const std::string& address, std::uint16_t port) {
  if (address.empty()) return {has_ipv6(loop) ? tcp::v6() : tcp::v4(), port};
  asio::ip::basic_resolver<tcp, Executor> resolver(loop.get_executor());
  boost::system::error_code error;
  const auto found = resolver.resolve(address, std::to_string(port), tcp::resolver::passive, error);
  if (error) throw std::runtime_error("cannot listen on " + address + ": " + error.message());
  return found.begin()->endpoint();
}

using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

// Binds, and does not listen yet.
void take_address(Acceptor& acceptor, Loop& loop, const ServerOptions& options) {
  const auto endpoint = resolve(loop, options.address, options.port);
  boost::system::error_code error;
  const auto check = [&] {
    if (error)
      throw std::system_error(error, "cannot listen on " + options.address + ":" + std::to_string(endpoint.port()));
  };
  acceptor.open(endpoint.protocol(), error);
  check();
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (options.address.empty() && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false), error);
  acceptor.bind(endpoint, error);
  check();
}

void listen(ServerState& state) {
  take_address(state.acceptor, state.loop, state.options);
  boost::system::error_code error;
  state.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw std::system_error(error, "cannot listen on " + state.options.address);
}

void start_session(ServerState& state, Socket socket, const tcp::endpoint& peer) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto transport = state.tls ? tls_server_transport(std::move(socket), *state.tls) : plain_transport(std::move(socket));
  auto session = std::make_shared<Session>(state, std::move(transport), unmapped(peer.address()).to_string());
  state.sessions.spawn("HTTP session", [session] { return session->run(); });
}

Task<> accept_all(ServerState& state) {
  while (!state.stopping) {
    while (state.connections.size() >= state.options.max_connections) co_await state.ended.wait();
    Socket socket(state.loop.get_executor());
    tcp::endpoint peer;
    const auto [error] = co_await state.acceptor.async_accept(socket, peer, kAsTuple);
    if (state.stopping) co_return;
    if (!error) {
      start_session(state, std::move(socket), peer);
    } else {
      // Out of descriptors, most likely: those who wait stay in the queue of the system.
      runtime::log::warning("http.accept_failed", "Cannot accept a connection", {{"error", error.message()}});
      co_await runtime::sleep_for(kPauseAfterFailure);
    }
  }
}

// One look at all connections is cheaper than a timer for each that every request sets anew.
Task<> check_deadlines(ServerState& state) {
  for (;;) {
    co_await runtime::sleep_for(kDeadlineCheck);
    const auto now = Steady::now();
    for (Connection* connection : state.connections) connection->check_deadline(now);
  }
}

}  // namespace

std::expected<void, std::string> check_trusted_proxy(std::string_view text) {
  if (AddressBlock::parse(text)) return {};
  return std::unexpected(
      "must be an address or a block of addresses such as 10.0.0.0/8; a name may come to mean somebody "
      "else");
}

void check_tls(const TlsFiles& files) {
  server_tls(files);
}

void check_address(Loop& loop, const ServerOptions& options) {
  Acceptor acceptor(loop.get_executor());
  take_address(acceptor, loop, options);
}

struct Server::State : ServerState {
  using ServerState::ServerState;
  std::uint16_t port = 0;
};

Server::Server(Loop& loop, Router& router, ServerOptions options)
    : state_(std::make_unique<State>(loop, router, std::move(options))) {
  if (state_->options.tls) state_->tls = server_tls(*state_->options.tls);
  listen(*state_);
  state_->port = state_->acceptor.local_endpoint().port();
}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return state_->acceptor.local_endpoint().port();
}

void Server::start() {
  ServerState& state = *state_;
  state.service.spawn("HTTP server", [&state] { return accept_all(state); });
  state.service.spawn("HTTP deadlines", [&state] { return check_deadlines(state); });
}

Task<> Server::stop(std::chrono::milliseconds grace) {
  ServerState& state = *state_;
  state.stopping = true;
  boost::system::error_code ignored;
  state.acceptor.close(ignored);
  const auto running = state.connections;
  for (Connection* connection : running) connection->stop();

  const auto until = Steady::now() + grace;
  while (!state.connections.empty() && Steady::now() < until) {
    co_await state.ended.wait_for(until - Steady::now());
  }
  co_await state.service.stop();
  const auto remaining = state.connections;
  for (Connection* connection : remaining) connection->abort();
  co_await state.sessions.stop();
}

}  // namespace holdfast::http
