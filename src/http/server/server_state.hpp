#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <chrono>
#include <optional>
#include <random>
#include <unordered_set>

#include "client/response_head.hpp"
#include "http/server/server.hpp"
#include "runtime/secrets/crypto.hpp"
#include "server/address.hpp"
#include "server/router_impl.hpp"
#include "transport.hpp"

namespace holdfast::http {

using Steady = std::chrono::steady_clock;

// A connection as the server sees it.
class Connection {
 public:
  virtual ~Connection() = default;
  // The server stops: end as soon as what is under way is done.
  virtual void stop() = 0;
  // End at once.
  virtual void abort() = 0;
  // Looks whether it has taken too long.
  virtual void check_deadline(Steady::time_point now) = 0;
};

// What the sessions of one server share.
struct ServerState {
  ServerState(Loop& l, Router& r, ServerOptions o)
      : loop(l),
        router(r.impl()),
        options(std::move(o)),
        proxies(options.trusted_proxies),
        acceptor(l.get_executor()),
        ended(l),
        service(l),
        sessions(l) {}

  // Those of two runs of a server differ, too.
  std::string next_request_id() {
    ++last_request_;
    return runtime::to_hex({reinterpret_cast<const char*>(&last_request_), sizeof last_request_});
  }

  Loop& loop;
  const Router::Impl& router;
  const ServerOptions options;
  const TrustedProxies proxies;
  std::optional<asio::ssl::context> tls;
  DateHeader date;
  asio::basic_socket_acceptor<tcp, Executor> acceptor;
  std::unordered_set<Connection*> connections;
  runtime::Signal ended;  // whenever a connection has
  bool stopping = false;
  runtime::TaskGroup service;  // accepts, and looks after deadlines
  runtime::TaskGroup sessions;

 private:
  std::uint32_t last_request_ = std::random_device()();
};

// Makes a connection known to the server for as long as its coroutine runs.
class Registered {
 public:
  Registered(ServerState& state, Connection& connection) : state_(state), connection_(connection) {
    state_.connections.insert(&connection_);
    if (state_.stopping) connection_.stop();
  }
  ~Registered() {
    state_.connections.erase(&connection_);
    state_.ended.notify_all();
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;

 private:
  ServerState& state_;
  Connection& connection_;
};

}  // namespace holdfast::http
