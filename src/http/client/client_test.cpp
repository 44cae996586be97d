#include "http/client/client.hpp"

#include <sys/socket.h>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "client/dial.hpp"
#include "server/server_fixture.hpp"
#include "within.hpp"

namespace holdfast::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// A server that answers every connection with the same bytes and closes.
class ScriptedServer {
 public:
  ScriptedServer(Loop& loop, std::string answer)
      : acceptor_(loop.get_executor(), {asio::ip::address_v4::loopback(), 0}), answer_(std::move(answer)) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/"; }

  Task<> serve_one() {
    Socket socket = co_await acceptor_.async_accept(asio::use_awaitable_t<Executor>{});
    co_await asio::async_write(socket, asio::buffer(answer_), kAsTuple);
    co_await drain(socket);
  }

 private:
  asio::basic_socket_acceptor<tcp, Executor> acceptor_;
  std::string answer_;
};

// An address that swallows what is sent to it: its queue is full and nobody accepts, so the kernel drops each attempt.
class DeadAddress {
 public:
  explicit DeadAddress(Loop& loop) : acceptor_(loop.get_executor()) {
    acceptor_.open(tcp::v4());
    acceptor_.bind({asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    for (int i = 0; i < 4; ++i) {
      waiting_.emplace_back(loop.get_executor()).open(tcp::v4());
      waiting_.back().native_non_blocking(true);
      // The library's own connect would wait until the kernel gives up.
      const auto address = endpoint();
      ::connect(waiting_.back().native_handle(), address.data(), static_cast<socklen_t>(address.size()));
    }
  }
  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  asio::basic_socket_acceptor<tcp, Executor> acceptor_;
  std::vector<Socket> waiting_;
};

class ClientTest : public ServerTest {
 protected:
  std::expected<Response, std::string> fetch_from(std::string answer, std::string method = "GET") {
    ScriptedServer server(loop_, std::move(answer));
    auto serving = asio::co_spawn(loop_, server.serve_one(), asio::use_future);
    return run(fetch(loop_, std::move(method), server.url(), {}, {}));
  }
  std::string error_of(std::string url) { return run(fetch(loop_, "GET", std::move(url), {}, {})).error(); }
};

TEST_F(ClientTest, ADeadAddressDoesNotUseUpTheTime) {
  const DeadAddress dead(loop_);
  start();
  Socket socket(loop_.get_executor());
  const tcp::endpoint alive(asio::ip::address_v4::loopback(), server_->port());
  std::vector<tcp::endpoint> addresses{dead.endpoint(), dead.endpoint(), alive};
  auto connected = within(std::chrono::seconds(30), connect_any(loop_, std::move(addresses), socket));
  const auto error = run(std::move(connected));
  ASSERT_TRUE(error) << "still at the dead address";
  EXPECT_FALSE(*error) << error->message();
  EXPECT_EQ(socket.remote_endpoint(), alive);
}

TEST_F(ClientTest, AnAddressThatRefusesIsFollowedByTheNext) {
  start();
  Socket socket(loop_.get_executor());
  const tcp::endpoint alive(asio::ip::address_v4::loopback(), server_->port());
  const tcp::endpoint refuses(asio::ip::make_address_v4("127.0.0.1"), 1);
  EXPECT_FALSE(run(connect_any(loop_, {refuses, alive}, socket)));
  EXPECT_EQ(socket.remote_endpoint(), alive);
}

TEST_F(ClientTest, NoAddressIsAnError) {
  Socket socket(loop_.get_executor());
  const tcp::endpoint refuses(asio::ip::make_address_v4("127.0.0.1"), 1);
  EXPECT_EQ(run(connect_any(loop_, {refuses, refuses}, socket)), asio::error::connection_refused);
  EXPECT_TRUE(run(connect_any(loop_, {}, socket)));
}

TEST_F(ClientTest, SendsWhatItWasTold) {
  add("PUT", "/path", [](const Request& request) {
    return std::string(request.headers.get("X-Key")) + " " + std::string(request.query_value("q")) + " " + request.body;
  });
  start();
  Headers headers;
  headers.add("X-Key", "secret");
  EXPECT_EQ(request("PUT", "/path?q=1", headers, "body").value().body, "secret 1 body");
}

TEST_F(ClientTest, UnderstandsEveryFraming) {
  EXPECT_EQ(fetch_from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")->body, "hi");
  EXPECT_EQ(fetch_from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n")->body,
            "hi");
  EXPECT_EQ(fetch_from("HTTP/1.1 200 OK\r\n\r\nhi")->body, "hi");
  EXPECT_EQ(fetch_from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")->status, 201);
  EXPECT_EQ(fetch_from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD")->status, 200);
  EXPECT_EQ(fetch_from("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
}

TEST_F(ClientTest, SaysWhatIsWrongWithAnAnswer) {
  EXPECT_THAT(fetch_from("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi").error(),
              EndsWith("ended before the answer did"));
  EXPECT_THAT(fetch_from("").error(), EndsWith("ended before the answer did"));
  EXPECT_THAT(fetch_from("SSH-2.0-OpenSSH\r\n").error(), HasSubstr("does not answer in HTTP"));
  EXPECT_THAT(fetch_from("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n").error(), EndsWith("is too large"));
  EXPECT_THAT(fetch_from("HTTP/1.1 200 OK\r\n\r\n" + std::string(5 * 1024 * 1024, 'x')).error(),
              EndsWith("is too large"));
}

TEST_F(ClientTest, SaysThatNobodyListens) {
  start();
  const auto address = url("/");
  const auto name = "127.0.0.1:" + std::to_string(server_->port());
  stop();
  EXPECT_EQ(error_of(address), "cannot connect to " + name + ": Connection refused");
  const auto socket = run(connect_websocket(loop_, address, {}, {}));
  EXPECT_EQ(socket.error().message, "cannot connect to " + name + ": Connection refused");
  EXPECT_EQ(socket.error().status, 0);
}

TEST_F(ClientTest, ResolvesNames) {
  add("GET", "/", [](const Request& request) { return std::string(request.headers.get("Host")); });
  start();
  const auto name = "localhost:" + std::to_string(server_->port());
  EXPECT_EQ(run(fetch(loop_, "GET", "http://" + name, {}, {})).value().body, name);
}

TEST_F(ClientTest, DoesNotWaitLongerThanItMay) {
  runtime::Signal never(loop_);
  const Handler handler = [&](Request&) -> Task<Response> {
    co_await never.wait();
    co_return Response();
  };
  router_.add("GET", "/", handler);
  start();
  const ClientOptions options{.timeout = std::chrono::seconds(1), .ca_file = {}};
  const auto name = "127.0.0.1:" + std::to_string(server_->port());
  EXPECT_EQ(run(fetch(loop_, "GET", url("/"), {}, {}, options)).error(), "no answer from " + name + " within 1 s");
  const auto socket = run(connect_websocket(loop_, url("/"), {}, {}, options));
  EXPECT_EQ(socket.error().message, "no answer from " + name + " within 1 s");
  stop(std::chrono::milliseconds(1));
}

TEST_F(ClientTest, CanBeCancelled) {
  Event started(loop_);
  runtime::Signal never(loop_);
  const Handler handler = [&](Request&) -> Task<Response> {
    started.set();
    co_await never.wait();
    co_return Response();
  };
  router_.add("GET", "/", handler);
  start();
  boost::system::error_code code;
  runtime::TaskGroup group(loop_);
  group.spawn("client", [&]() -> Task<> {
    try {
      const auto response = co_await fetch(loop_, "GET", url("/"), {}, {});
    } catch (const boost::system::system_error& error) {
      code = error.code();
    }
  });
  run(started.wait());
  run(group.stop());
  EXPECT_EQ(code, asio::error::operation_aborted);
  stop(std::chrono::milliseconds(1));
}

TEST(Url, IsTakenApart) {
  const auto plain = parse_url("ws://hub.example/ws/agent?x=1#y").value();
  EXPECT_EQ(plain.name(), "hub.example:80");
  EXPECT_EQ(plain.host_header(), "hub.example");
  EXPECT_EQ(plain.target, "/ws/agent?x=1");
  EXPECT_FALSE(plain.tls);
  const auto secure = parse_url("https://[2001:db8::1]:8443").value();
  EXPECT_EQ(secure.host, "2001:db8::1");
  EXPECT_EQ(secure.host_header(), "[2001:db8::1]:8443");
  EXPECT_EQ(secure.target, "/");
  EXPECT_TRUE(secure.tls);
  EXPECT_EQ(parse_url("wss://hub.example")->port, 443);
}

TEST(Url, IsRefusedWithAReason) {
  for (const auto* bad : {"", "hub.example", "ftp://hub.example", "http://", "http://user:pw@hub.example",
                          "http://hub.example:99999", "http://hub.example:0", "http://a b/"}) {
    const auto parsed = parse_url(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_THAT(parsed.error(), testing::Not(HasSubstr("pw"))) << bad;
  }
}

}  // namespace
}  // namespace holdfast::http
