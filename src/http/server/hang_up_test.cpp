#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

const std::string kGet = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";

class HangUp : public ServerTest {
 protected:
  // Begins, and answers once it may; whichever way it ends is told.
  void add_slow(RouteOptions options) {
    const Handler handler = [this](Request&) -> Task<Response> {
      const AtEnd at_end{*this};
      begun_.set();
      co_await go_on_.wait();
      answered_ = true;
      co_return text_response(200, "slow answer");
    };
    router_.add("GET", "/slow", handler, std::move(options));
    start();
  }
  struct AtEnd {
    ~AtEnd() { test.ended_.set(); }
    HangUp& test;
  };

  Event begun_{loop_};
  Event go_on_{loop_};
  Event ended_{loop_};
  bool answered_ = false;
};

TEST_F(HangUp, EndsAHandlerThatIsToEndWithItsClient) {
  add_slow({.ends_with_client = true});
  for (const bool politely : {true, false}) {
    auto client = raw();
    run(client.send(kGet));
    run(begun_.wait());
    if (politely)
      client.close();
    else
      client.reset();
    run(ended_.wait());
    EXPECT_FALSE(answered_);
  }
}

TEST_F(HangUp, LetsAllOthersGoOn) {
  add_slow({});
  auto client = raw();
  run(client.send(kGet));
  run(begun_.wait());
  client.close();
  go_on_.set();
  run(ended_.wait());
  EXPECT_TRUE(answered_);
}

TEST_F(HangUp, IsNotWhatAClientDoesThatSendsItsNextRequest) {
  add_slow({.ends_with_client = true});
  auto client = raw();
  run(client.send(kGet));
  run(begun_.wait());
  run(client.send(kGet));
  for (int i = 0; i < 2; ++i) {
    go_on_.set();
    run(ended_.wait());
    EXPECT_TRUE(run(client.read_until("slow answer")).ends_with("slow answer"));
    if (i == 0) run(begun_.wait());
  }
}

TEST_F(HangUp, IsTheServersStopToo) {
  add_slow({.ends_with_client = true});
  auto client = raw();
  run(client.send(kGet));
  run(begun_.wait());
  stop(std::chrono::milliseconds(1));
  EXPECT_FALSE(answered_);
}

}  // namespace
}  // namespace holdfast::http
