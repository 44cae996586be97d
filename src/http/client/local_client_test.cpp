#include "http/client/local_client.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>

#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

namespace fs = std::filesystem;
using asio::local::stream_protocol;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;
using Result = std::expected<Response, LocalFailure>;
using LocalSocket = asio::basic_stream_socket<stream_protocol, Executor>;

// Answers one connection with the pieces it was given, and keeps what it was asked.
class LocalServer {
 public:
  LocalServer(Loop& loop, const fs::path& path, std::vector<std::string> pieces, bool hangs = false)
      : acceptor_(loop.get_executor(), stream_protocol::endpoint(path.string())),
        pieces_(std::move(pieces)),
        hangs_(hangs),
        released_(loop) {}

  Task<> serve_one() {
    LocalSocket socket = co_await acceptor_.async_accept(asio::use_awaitable_t<Executor>{});
    while (!asked.ends_with("\r\n\r\n")) {
      std::array<char, 256> piece;
      const auto into = asio::buffer(piece);
      const auto [error, count] = co_await socket.async_read_some(into, kAsTuple);
      if (error) co_return;
      asked.append(piece.data(), count);
    }
    for (const std::string& piece : pieces_) co_await asio::async_write(socket, asio::buffer(piece), kAsTuple);
    if (hangs_) co_await released_.wait();
  }
  void release() { released_.set(); }

  std::string asked;

 private:
  asio::basic_socket_acceptor<stream_protocol, Executor> acceptor_;
  std::vector<std::string> pieces_;
  bool hangs_;
  Event released_;
};

class LocalClientTest : public ServerTest {
 protected:
  LocalClientTest() {
    std::string folder = (fs::temp_directory_path() / "local_client.XXXXXX").string();
    if (!::mkdtemp(folder.data())) throw fs::filesystem_error("mkdtemp", {});
    folder_ = folder;
    path_ = folder_ / "socket";
  }
  ~LocalClientTest() override {
    std::error_code left;
    fs::remove_all(folder_, left);
  }

  Result get(std::vector<std::string> pieces, std::size_t max_body = 1024) {
    LocalServer server(loop_, path_, std::move(pieces));
    auto serving = asio::co_spawn(loop_, server.serve_one(), asio::use_future);
    Result result = run(get_over_socket(loop_, path_, "/containers/json?all=true", 10s, max_body));
    finish(std::move(serving));
    asked_ = server.asked;
    fs::remove(path_);
    return result;
  }
  std::string error_at(const fs::path& path) {
    return run(get_over_socket(loop_, path, "/", 10s, 1024)).error().sentence;
  }

  fs::path folder_;
  fs::path path_;
  std::string asked_;
};

TEST_F(LocalClientTest, AsksLikeAnyClient) {
  EXPECT_EQ(get({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"})->body, "[]");
  EXPECT_THAT(asked_, StartsWith("GET /containers/json?all=true HTTP/1.1\r\nHost: localhost\r\n"));
}

TEST_F(LocalClientTest, ReadsChunksHoweverTheyAreCut) {
  const auto response = get(
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chu", "nked\r\n\r\n3\r\n[{\"", "\r\n2\r\na\"\r", "\n", "0\r\n\r", "\n"});
  ASSERT_TRUE(response) << response.error().sentence;
  EXPECT_EQ(response->body, "[{\"a\"");
}

TEST_F(LocalClientTest, GivesRefusalsToTheCaller) {
  const auto response = get({"HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nwhat"});
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->body, "what");
}

TEST_F(LocalClientTest, RefusesABodyOverTheLimit) {
  EXPECT_THAT(get({"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"}, 2).error().sentence, EndsWith("is too large"));
}

TEST_F(LocalClientTest, RefusesChunksOverTheLimit) {
  EXPECT_THAT(
      get({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"}, 3).error().sentence,
      EndsWith("is too large"));
}

TEST_F(LocalClientTest, SaysWhenTheAnswerBreaksOff) {
  EXPECT_THAT(get({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"}).error().sentence,
              EndsWith("ended before the answer did"));
  EXPECT_THAT(get({}).error().sentence, EndsWith("ended before the answer did"));
}

TEST_F(LocalClientTest, SaysWhenTheAnswerIsNoHttp) {
  EXPECT_THAT(get({"220 mail.example ESMTP\r\n\r\n"}).error().sentence, HasSubstr("does not answer in HTTP"));
}

TEST_F(LocalClientTest, WaitsNoLongerThanItsLimit) {
  LocalServer server(loop_, path_, {"HTTP/1.1 200 OK\r\n"}, true);
  auto serving = asio::co_spawn(loop_, server.serve_one(), asio::use_future);
  const auto failure = run(get_over_socket(loop_, path_, "/", 20ms, 1024)).error();
  EXPECT_THAT(failure.sentence, HasSubstr("no answer from "));
  EXPECT_EQ(failure.kind, LocalFailure::Kind::TooSlow);
  server.release();
  finish(std::move(serving));
}

TEST_F(LocalClientTest, SaysThatNobodyListens) {
  EXPECT_THAT(error_at(folder_ / "absent"), HasSubstr("No such file or directory"));
  {
    asio::basic_socket_acceptor<stream_protocol, Executor> gone(loop_.get_executor(), path_.string());
  }
  EXPECT_THAT(error_at(path_), HasSubstr("Connection refused"));
  EXPECT_EQ(run(get_over_socket(loop_, path_, "/", 10s, 1024)).error().kind, LocalFailure::Kind::NotReached);
  EXPECT_THAT(error_at(folder_ / std::string(200, 'x')), HasSubstr("cannot connect to "));
}

}  // namespace
}  // namespace holdfast::http
