#pragma once

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/async/task.hpp"

namespace holdfast::agent::test {

// A container engine on a Unix socket: answers each target with the body it was given, others with 404, and does not
// answer those that hang.
class FakeEngine {
 public:
  FakeEngine(runtime::Loop& loop, const std::filesystem::path& socket)
      : acceptor_(loop.get_executor(), Protocol::endpoint(socket.string())), tasks_(loop) {
    tasks_.spawn("engine", [this] { return accept_for_ever(); });
  }
  runtime::Task<> stop() { return tasks_.stop(); }

  std::map<std::string, std::string> answers;
  std::string hangs;  // a target
  std::vector<std::string> asked;

 private:
  using Protocol = boost::asio::local::stream_protocol;
  using Socket = boost::asio::basic_stream_socket<Protocol, runtime::Executor>;
  using UseTask = boost::asio::use_awaitable_t<runtime::Executor>;

  runtime::Task<> accept_for_ever() {
    for (;;) {
      auto socket = std::make_shared<Socket>(co_await acceptor_.async_accept(UseTask{}));
      tasks_.spawn("connection", [this, socket] { return serve(*socket); });
    }
  }

  runtime::Task<> serve(Socket& socket) {
    std::string request;
    while (!request.ends_with("\r\n\r\n")) {
      std::array<char, 512> piece;
      const auto into = boost::asio::buffer(piece);
      const auto [error, count] = co_await socket.async_read_some(into, boost::asio::as_tuple(UseTask{}));
      if (error) co_return;
      request.append(piece.data(), count);
    }
    const std::string target = request.substr(4, request.find(" HTTP") - 4);
    asked.push_back(target);
    if (target == hangs) co_await runtime::sleep_for(std::chrono::hours(1));
    const auto answer = answers.find(target);
    const std::string body = answer == answers.end() ? "{}" : answer->second;
    const std::string response = std::string("HTTP/1.1 ") + (answer == answers.end() ? "404 No" : "200 OK") +
                                 "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    co_await boost::asio::async_write(socket, boost::asio::buffer(response), boost::asio::as_tuple(UseTask{}));
  }

  boost::asio::basic_socket_acceptor<Protocol, runtime::Executor> acceptor_;
  runtime::TaskGroup tasks_;
};

}  // namespace holdfast::agent::test
