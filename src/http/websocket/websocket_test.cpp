#include "http/websocket/websocket.hpp"

#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kText = '\x81';
constexpr char kBinary = '\x82';
constexpr char kPing = '\x89';

const std::string kUpgradeRequest =
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A short frame as clients send it, with a mask of zeros.
std::string frame(char first, const std::string& payload) {
  return std::string{first, static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0} + payload;
}

// How a server's close frame with `code` begins.
std::string close_frame(std::uint16_t code, std::size_t reason_size = 0) {
  return {'\x88', static_cast<char>(2 + reason_size), static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

class WebSocketTest : public ServerTest {
 protected:
  void add_websocket(std::function<Task<>(WebSocket&)> handler) {
    router_.add_websocket("/ws", [handler](Request&) -> Task<WebSocketResponse> {
      WebSocketResponse response;
      response.head.status = 101;
      response.head.headers.add("X-Frame-Options", "DENY");
      response.run = handler;
      co_return response;
    });
  }

  // Sends back what comes, and keeps why nothing more did.
  void add_echo() {
    add_websocket([this](WebSocket& socket) -> Task<> {
      for (;;) {
        const auto message = co_await socket.receive();
        if (!message) {
          end_reason_ = message.error().reason;
          ended_.set();
          co_return;
        }
        socket.send(*message);
      }
    });
  }

  std::unique_ptr<WebSocket> connect(WebSocketLimits limits = {}) {
    auto socket = run(connect_websocket(loop_, url("/ws", "ws"), {}, limits));
    if (!socket) throw std::runtime_error(socket.error().message);
    return std::move(*socket);
  }

  RawClient upgraded() {
    auto client = raw();
    run(client.send(kUpgradeRequest));
    run(client.read_until("\r\n\r\n"));
    return client;
  }

  std::string end_reason() {
    run(ended_.wait());
    return std::exchange(end_reason_, {});
  }

  Event ended_{loop_};
  std::string end_reason_;
};

TEST_F(WebSocketTest, CarriesMessagesBothWaysInOrder) {
  add_echo();
  start();
  const auto socket = connect();
  const std::vector<std::string> messages{"one", "", "é", std::string(1000, 'x'), std::string(1024 * 1024, 'y'),
                                          "last"};
  for (const auto& message : messages) EXPECT_TRUE(socket->send(message));
  for (const auto& message : messages) EXPECT_EQ(run(socket->receive()).value(), message);
  EXPECT_EQ(socket->unsent(), 0);
  socket->close(4001, "enough");
  const auto end = run(socket->receive()).error();
  EXPECT_EQ(end.reason, "closed here: 4001 enough");
  EXPECT_EQ(end.code, 0);
  EXPECT_EQ(end_reason(), "closed by the other side: 4001 enough");
  EXPECT_FALSE(socket->send("late"));
}

TEST_F(WebSocketTest, SendsTheHeadersOfTheHandler) {
  add_echo();
  start();
  auto client = raw();
  run(client.send(kUpgradeRequest));
  const auto answer = run(client.read_until("\r\n\r\n"));
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 101 "), HasSubstr("X-Frame-Options: DENY\r\n"),
                            HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
  EXPECT_THAT(answer, testing::Not(HasSubstr("Beast")));
}

TEST_F(WebSocketTest, SendsWhatWaitsBeforeItCloses) {
  add_websocket([](WebSocket& socket) -> Task<> {
    for (int i = 0; i < 100; ++i) socket.send(std::to_string(i));
    socket.close(4002, "all said");
    co_return;
  });
  start();
  const auto socket = connect();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(run(socket->receive()).value(), std::to_string(i));
  const auto end = run(socket->receive()).error();
  EXPECT_EQ(end.reason, "closed by the other side: 4002 all said");
  EXPECT_EQ(end.code, 4002);
}

// The rest of the large one is thrown away by the close while its beginning is read.
TEST_F(WebSocketTest, ClosesWhileALargeMessageIsOnItsWay) {
  add_websocket([this](WebSocket& socket) -> Task<> {
    co_await socket.receive();
    socket.close(4000, "bye");
    end_reason_ = (co_await socket.receive()).error().reason;
    ended_.set();
  });
  start();
  auto client = upgraded();
  const std::string large = {kText, '\xFE', 4, 0, 0, 0, 0, 0};
  run(client.send(frame(kText, "first") + large + std::string(1024, 'x')));
  EXPECT_THAT(run(client.read_until("bye")), EndsWith("bye"));
  client.close();
  EXPECT_EQ(end_reason(), "closed here: 4000 bye");
}

TEST_F(WebSocketTest, ClosesWhenItsHandlerEnds) {
  add_websocket([](WebSocket&) -> Task<> { co_return; });
  start();
  const auto socket = connect();
  EXPECT_EQ(run(socket->receive()).error().reason, "closed by the other side: 1000");
}

TEST_F(WebSocketTest, ClosesWith1011WhenItsHandlerFails) {
  add_websocket([](WebSocket&) -> Task<> {
    throw std::runtime_error("no");
    co_return;
  });
  start();
  const auto socket = connect();
  EXPECT_EQ(run(socket->receive()).error().reason, "closed by the other side: 1011");
}

TEST_F(WebSocketTest, NoticesThatTheOtherSideIsGone) {
  add_echo();
  start();
  connect().reset();
  EXPECT_THAT(end_reason(), StartsWith("connection lost: "));
  upgraded().reset();
  EXPECT_THAT(end_reason(), StartsWith("connection lost: "));
}

TEST_F(WebSocketTest, RefusesAMessageThatIsTooLarge) {
  add_echo();
  start({.websocket_max_message = 1000});
  const auto socket = connect();
  socket->send(std::string(1000, 'x'));
  EXPECT_EQ(run(socket->receive()).value().size(), 1000);
  socket->send(std::string(1001, 'x'));
  EXPECT_EQ(run(socket->receive()).error().reason, "closed by the other side: 1009");
  EXPECT_EQ(end_reason(), "message larger than 1000 bytes");
}

TEST_F(WebSocketTest, RefusesBinaryMessagesAndWhatIsNotUtf8) {
  add_echo();
  start();
  auto binary = upgraded();
  run(binary.send(frame(kBinary, "abc")));
  EXPECT_EQ(run(binary.read_until("text only")), close_frame(1003, 9) + "text only");
  binary.close();
  EXPECT_EQ(end_reason(), "a binary message, where only text is understood");
  auto invalid = upgraded();
  run(invalid.send(frame(kText, "\xff")));
  EXPECT_EQ(run(invalid.read_all()), close_frame(1007));
  invalid.close();
  EXPECT_EQ(end_reason(), "message that is not UTF-8");
}

TEST_F(WebSocketTest, RefusesFramesThatBreakTheProtocol) {
  add_echo();
  start();
  for (const std::string& bytes :
       {std::string("\x81\x01x", 3), frame('\xF1', "x"), frame('\x8F', "x"), frame('\x80', "x")}) {
    auto client = upgraded();
    run(client.send(bytes));
    EXPECT_EQ(run(client.read_all()), close_frame(1002));
  }
}

TEST_F(WebSocketTest, RefusesFramesBeforeItsAnswer) {
  add_echo();
  start();
  EXPECT_THAT(exchange(kUpgradeRequest + frame(kText, "x")), StartsWith("HTTP/1.1 400 "));
}

TEST_F(WebSocketTest, AnswersPings) {
  add_echo();
  start();
  auto client = upgraded();
  run(client.send(frame(kPing, "hey")));
  EXPECT_EQ(run(client.read_until("hey")), "\x8A\x03hey");
}

TEST_F(WebSocketTest, EndsWhenNothingIsHeard) {
  add_echo();
  start({.websocket_silence = std::chrono::seconds(1)});
  auto client = upgraded();
  EXPECT_EQ(end_reason(), "nothing heard for 1 s");
  EXPECT_EQ(run(client.read_all()), "");
}

TEST_F(WebSocketTest, EndsAtTheClientToo) {
  add_websocket([](WebSocket& socket) -> Task<> { co_await socket.receive(); });
  start();
  const auto socket = connect({.silence = std::chrono::seconds(1)});
  EXPECT_EQ(run(socket->receive()).error().reason, "nothing heard for 1 s");
}

TEST_F(WebSocketTest, GivesUpOnAReaderThatIsTooSlow) {
  bool refused = false;
  add_websocket([&](WebSocket& socket) -> Task<> {
    const auto message = std::make_shared<const std::string>(1024 * 1024, 'x');
    // More than the system's buffers take.
    for (int i = 0; i < 64 && !refused; ++i) refused = !socket.send(message);
    EXPECT_FALSE(socket.send("more"));
    const auto end = co_await socket.receive();
    end_reason_ = end.error().reason;
    ended_.set();
  });
  start();
  auto client = upgraded();
  EXPECT_THAT(end_reason(), StartsWith("the other side is too slow"));
  EXPECT_TRUE(refused);
}

TEST_F(WebSocketTest, DoesNotWaitForEverForAnAnswerToItsClose) {
  add_websocket([](WebSocket& socket) -> Task<> {
    socket.close(4000, "bye");
    co_return;
  });
  start();
  auto client = upgraded();
  EXPECT_THAT(run(client.read_all()), EndsWith("bye"));
}

TEST_F(WebSocketTest, ClosesWith1001WhenTheServerStops) {
  add_echo();
  start();
  const auto socket = connect();
  auto end = asio::co_spawn(loop_, socket->receive(), asio::use_future);
  stop();
  EXPECT_EQ(end_reason_, "closed here: 1001 the server stops");
  EXPECT_EQ(finish(std::move(end)).error().reason, "closed by the other side: 1001 the server stops");
}

TEST_F(WebSocketTest, IsCutWhenTheServerStopsAndTheOtherSideIsDeaf) {
  add_echo();
  start();
  auto client = upgraded();
  stop(std::chrono::milliseconds(1));
  EXPECT_FALSE(end_reason_.empty());
}

TEST_F(WebSocketTest, TellsTheClientWithWhichStatusItWasRefused) {
  router_.add_websocket("/ws", [](Request&) -> Task<WebSocketResponse> {
    co_return WebSocketResponse{text_response(401, "who are you?"), {}};
  });
  start();
  for (const auto& [path, status] : {std::pair("/ws", 401), std::pair("/other", 404)}) {
    const auto socket = run(connect_websocket(loop_, url(path, "ws"), {}, {}));
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().status, status);
    EXPECT_THAT(socket.error().message, EndsWith("the server answered " + std::to_string(status)));
  }
}

TEST_F(WebSocketTest, IsNothingForAnOrdinaryRequest) {
  add_echo();
  start();
  EXPECT_EQ(get("/ws").value().status, 426);
  EXPECT_EQ(request("POST", "/ws").value().status, 405);
  EXPECT_THAT(exchange("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(WebSocketTest, MayShareItsPathWithAnOrdinaryHandler) {
  add_echo();
  add("GET", "/ws", [](const Request&) { return "a page"; });
  start();
  EXPECT_EQ(get("/ws").value().body, "a page");
  const auto socket = connect();
  socket->send("x");
  EXPECT_EQ(run(socket->receive()).value(), "x");
}

TEST_F(WebSocketTest, SurvivesManyThatComeAndGo) {
  add_echo();
  start();
  for (int i = 0; i < 50; ++i) {
    const auto socket = connect();
    socket->send("x");
    if (i % 3 == 0) socket->close(1000, "");
    if (i % 3 == 1) {
      EXPECT_EQ(run(socket->receive()).value(), "x");
    }
  }
}

}  // namespace
}  // namespace holdfast::http
