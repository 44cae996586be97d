#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "http/client/client.hpp"
#include "http/server/server.hpp"
#include "transport.hpp"

// For tests: a server on a port of its own, and clients that behave and that do not.
namespace holdfast::http {

// Sends bytes as they are and shows what came back.
class RawClient {
 public:
  RawClient(Loop& loop, std::uint16_t port) : socket_(loop.get_executor()) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
  }

  Task<> send(std::string bytes) { co_await asio::async_write(socket_, asio::buffer(bytes), kAsTuple); }

  // What comes up to and with `end`, or until the server closes.
  Task<std::string> read_until(std::string end) {
    bool more = true;
    while (more && !received_.contains(end)) more = co_await read_more();
    const auto size = received_.contains(end) ? received_.find(end) + end.size() : received_.size();
    std::string text = received_.substr(0, size);
    received_.erase(0, size);
    co_return text;
  }
  Task<std::string> read_all() {
    bool more = true;
    while (more) more = co_await read_more();
    co_return std::move(received_);
  }
  Task<std::string> exchange(std::string bytes) {
    co_await send(std::move(bytes));
    co_return co_await read_all();
  }

  void close() { socket_.close(); }
  // Ends with a reset, as when a machine goes away.
  void reset() {
    socket_.set_option(asio::socket_base::linger(true, 0));
    socket_.close();
  }

 private:
  Task<bool> read_more() {
    std::array<char, 4096> piece;
    const auto into = asio::buffer(piece);
    const auto [error, count] = co_await socket_.async_read_some(into, kAsTuple);
    received_.append(piece.data(), count);
    co_return !error;
  }

  Socket socket_;
  std::string received_;
};

// Something that happens once, perhaps before anybody waits for it.
class Event {
 public:
  explicit Event(Loop& loop) : signal_(loop) {}

  void set() {
    is_set_ = true;
    signal_.notify_all();
  }
  Task<> wait() {
    while (!is_set_) co_await signal_.wait();
    is_set_ = false;
  }

 private:
  runtime::Signal signal_;
  bool is_set_ = false;
};

class ServerTest : public testing::Test {
 protected:
  void TearDown() override { stop(); }

  void start(ServerOptions options = {}) {
    server_ = std::make_unique<Server>(loop_, router_, std::move(options));
    server_->start();
  }
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(10)) {
    if (server_) run(server_->stop(grace));
    server_.reset();
  }

  template <class T>
  T run(Task<T> task) {
    return finish(asio::co_spawn(loop_, std::move(task), asio::use_future));
  }
  // Lets the loop run until `result` is there.
  template <class T>
  T finish(std::future<T> result) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      loop_.restart();
      if (loop_.run_one_until(until) == 0) throw std::runtime_error("nothing happens any more");
    }
    return result.get();
  }

  std::string url(std::string_view path, std::string_view scheme = "http") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
  }
  RawClient raw() { return {loop_, server_->port()}; }
  // Everything the server says to these bytes until it closes.
  std::string exchange(std::string bytes) {
    auto client = raw();
    return run(client.exchange(std::move(bytes)));
  }

  std::expected<Response, std::string> get(std::string_view path) { return request("GET", path); }
  std::expected<Response, std::string> request(std::string method, std::string_view path, Headers headers = {},
                                               std::string body = {}) {
    return run(fetch(loop_, std::move(method), url(path), std::move(headers), std::move(body)));
  }

  // A handler that answers with a text made of the request.
  void add(std::string_view method, std::string_view pattern, std::function<std::string(const Request&)> text,
           RouteOptions options = {}) {
    const Handler handler = [text](Request& request) -> Task<Response> { co_return text_response(200, text(request)); };
    router_.add(method, pattern, handler, std::move(options));
  }

  Loop loop_;
  Router router_;
  std::unique_ptr<Server> server_;
};

}  // namespace holdfast::http
