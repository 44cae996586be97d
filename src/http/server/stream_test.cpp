#include "http/server/stream.hpp"

#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class StreamTest : public ServerTest {
 protected:
  using Write = std::function<Task<>(Stream&)>;

  void add_stream(std::string_view pattern, Write write) {
    router_.add_stream(pattern, [write](Request&) -> Task<StreamResponse> {
      StreamResponse response;
      response.head.headers.add("Content-Type", "text/event-stream");
      response.write = write;
      co_return response;
    });
  }

  // Writes once and then waits for ever; the last of it to end notifies `ended_`.
  void add_endless(std::string_view pattern) {
    add_stream(pattern, [this](Stream& stream) -> Task<> {
      const AtEnd at_end{*this, stream};
      co_await stream.write("first");
      co_await never_.wait();
    });
  }
  struct AtEnd {
    ~AtEnd() {
      test.was_closed_ = stream.closed();
      test.ended_.set();
    }
    StreamTest& test;
    Stream& stream;
  };

  runtime::Signal never_{loop_};
  Event ended_{loop_};
  bool was_closed_ = false;
};

const std::string kGetStream = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kGetAndClose = "GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

Task<> write_two(Stream& stream) {
  EXPECT_TRUE(co_await stream.write("one,"));
  EXPECT_TRUE(co_await stream.write(""));
  EXPECT_TRUE(co_await stream.write("two"));
}

TEST_F(StreamTest, ArrivesInChunksAndKeepsTheConnection) {
  add_stream("/stream", write_two);
  start();
  const auto answer = exchange(kGetStream + kGetAndClose);
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\n4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, EndsWith("4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"));
  EXPECT_EQ(get("/stream").value().body, "one,two");
}

TEST_F(StreamTest, EndsWithTheConnectionForHttp10) {
  add_stream("/stream", write_two);
  start();
  const auto answer = exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\none,two"));
}

TEST_F(StreamTest, HasOnlyAHeadForHead) {
  add_stream("/stream", [](Stream&) -> Task<> {
    ADD_FAILURE() << "nobody wants it";
    co_return;
  });
  start();
  EXPECT_EQ(request("HEAD", "/stream").value().headers.get("Content-Type"), "text/event-stream");
}

TEST_F(StreamTest, IsAnOrdinaryAnswerWithoutAWriter) {
  router_.add_stream("/stream", [](Request&) -> Task<StreamResponse> {
    co_return StreamResponse{text_response(404, "no such job"), {}};
  });
  start();
  EXPECT_THAT(exchange(kGetAndClose), EndsWith("no such job"));
}

TEST_F(StreamTest, EndsItsWriterWhenTheClientLeaves) {
  add_endless("/stream");
  start();
  for (const bool politely : {true, false}) {
    auto client = raw();
    run(client.send(kGetStream));
    run(client.read_until("first"));
    if (politely) {
      client.close();
    } else {
      client.reset();
    }
    run(ended_.wait());
    EXPECT_TRUE(was_closed_);
  }
}

TEST_F(StreamTest, EndsWhenTheServerStops) {
  add_endless("/stream");
  start();
  auto client = raw();
  run(client.send(kGetStream));
  run(client.read_until("first"));
  stop();
  EXPECT_TRUE(was_closed_);
  run(client.read_all());
}

TEST_F(StreamTest, WritesAreFalseOnceTheClientHasGone) {
  add_stream("/stream", [&](Stream& stream) -> Task<> {
    const AtEnd at_end{*this, stream};
    const std::string piece(1024 * 1024, 'x');
    while (co_await stream.write(piece)) {
    }
    EXPECT_TRUE(stream.closed());
    EXPECT_FALSE(co_await stream.write("more"));
  });
  start();
  auto client = raw();
  run(client.send(kGetStream));
  run(client.read_until("xxxx"));
  client.reset();
  run(ended_.wait());
  EXPECT_TRUE(was_closed_);
}

TEST_F(StreamTest, IsVisiblyCutWhenItsWriterFails) {
  add_stream("/stream", [](Stream& stream) -> Task<> {
    co_await stream.write("half");
    throw std::runtime_error("the disk is on fire");
  });
  start();
  EXPECT_THAT(exchange(kGetStream), EndsWith("4\r\nhalf\r\n"));
  EXPECT_FALSE(get("/stream"));
}

TEST_F(StreamTest, LetsTheNextRequestWaitForItsTurn) {
  Event go_on(loop_);
  add_stream("/stream", [&](Stream& stream) -> Task<> {
    co_await stream.write("begin");
    co_await go_on.wait();
    co_await stream.write("end");
  });
  start();
  auto client = raw();
  run(client.send(kGetStream));
  run(client.read_until("begin"));
  run(client.send("GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  get("/");  // by when it is answered, the server has seen the pipelined request too
  go_on.set();
  EXPECT_THAT(run(client.read_all()), testing::ContainsRegex("end\r\n0\r\n\r\nHTTP/1.1 404 "));
}

}  // namespace
}  // namespace holdfast::http
