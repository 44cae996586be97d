#include "agents/conversation.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>
#include <future>

#include "kit/web_fixture.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using runtime::Task;

// The other side of a WebSocket, by hand.
class ScriptedSocket final : public http::WebSocket {
 public:
  explicit ScriptedSocket(runtime::Loop& loop) : changed_(loop) {}
  void say(const protocol::AgentMessage& message) {
    incoming_.push_back(protocol::encode(message));
    changed_.notify_all();
  }
  Task<std::expected<std::string, http::WebSocketEnd>> receive() override {
    while (incoming_.empty() && !closed) co_await changed_.wait();
    if (closed) co_return std::unexpected<http::WebSocketEnd>(std::in_place, "closed here");
    std::string message = std::move(incoming_.front());
    incoming_.pop_front();
    co_return message;
  }
  bool send(std::shared_ptr<const std::string> message) override {
    sent.push_back(*message);
    return !closed;
  }
  std::size_t unsent() const override { return 0; }
  void close(std::uint16_t code, std::string_view) override {
    if (!closed) closed = code;
    changed_.notify_all();
  }
  const std::string& peer() const override { return peer_; }

  std::vector<std::string> sent;
  std::optional<std::uint16_t> closed;

 private:
  std::string peer_ = "192.0.2.1";
  std::deque<std::string> incoming_;
  runtime::Signal changed_;
};

struct AgentConversationTest : testing::Test {
  AgentConversationTest() {
    const auto enrol = [this]() -> Task<> {
      const auto token = co_await world.enrolment.make_token(std::nullopt, {"admin", ""});
      const fleet::Candidate candidate{"web-01", "web-01", "", "", ""};
      const auto enrolled = co_await world.enrolment.enrol(token->token, candidate, "");
      identity = {enrolled->host, runtime::token_hash(enrolled->bearer)};
    };
    runtime::asio::co_spawn(world.loop, enrol, runtime::asio::detached);
    world.loop.run();
  }
  void run_for(std::chrono::milliseconds duration) {
    world.loop.restart();
    world.loop.run_for(duration);
  }
  // Nothing is written until open_disk().
  void block_disk() {
    const auto wait = [this](store::Transaction&) { disk.get_future().wait(); };
    const auto block = [this, wait]() -> Task<> {
      const std::function<void(store::Transaction&)> work = wait;
      co_await world.database.write(work);
    };
    runtime::asio::co_spawn(world.loop, block, runtime::asio::detached);
    run_for(1ms);
  }
  void open_disk() { disk.set_value(); }
  // Runs until the conversation has ended.
  void converse(const std::function<void()>& meanwhile) {
    AgentConversation conversation(world.loop, world.session, identity, socket, 20ms);
    runtime::asio::co_spawn(world.loop, conversation.run(), runtime::asio::detached);
    meanwhile();
    world.loop.restart();
    world.loop.run();
  }
  static protocol::Hello hello() {
    protocol::Hello message;
    message.hostname = "web-01";
    return message;
  }

  WebFixture world;
  fleet::AgentIdentity identity;
  ScriptedSocket socket{world.loop};
  std::promise<void> disk;
};

TEST_F(AgentConversationTest, OneThatSaysNothingIsClosed) {
  converse([] {});
  EXPECT_EQ(socket.closed, std::to_underlying(protocol::CloseCode::Hello_missing));
}

TEST_F(AgentConversationTest, AHelloThatCameInTimeIsInTimeHoweverLongTheDiskTakes) {
  block_disk();
  socket.say(hello());
  converse([&] {
    run_for(100ms);
    EXPECT_FALSE(socket.closed);
    EXPECT_TRUE(socket.sent.empty());
    open_disk();
    while (socket.sent.empty() && !socket.closed) run_for(10ms);
    socket.close(1000, "");
  });
  EXPECT_EQ(socket.closed, 1000);
}

}  // namespace
}  // namespace holdfast::web
