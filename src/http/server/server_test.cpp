#include "http/server/server.hpp"

#include "packing.hpp"
#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string hello(const Request&) {
  return "hello";
}
std::string body(const Request& request) {
  return request.body;
}

Headers encoded(std::string encoding) {
  Headers headers;
  headers.add("Content-Encoding", std::move(encoding));
  return headers;
}

TEST_F(ServerTest, AnswersARequest) {
  add("GET", "/hosts/{id}", [](const Request& request) {
    return request.method + " " + request.path + " " + std::string(request.parameter("id")) + " " +
           std::string(request.query_value("q")) + " " + request.peer;
  });
  start();
  const auto response = get("/hosts/a%20b?q=1%2B1");
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "GET /hosts/a b a b 1+1 127.0.0.1");
  EXPECT_FALSE(response->headers.get("Date").empty());
  EXPECT_FALSE(response->headers.contains("Server"));
}

TEST_F(ServerTest, TakesABodyOfEitherFraming) {
  add("POST", "/", body);
  start();
  EXPECT_EQ(request("POST", "/", {}, "one").value().body, "one");
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\ntw\r\n1;ext=1\r\no\r\n0\r\nX-Trailer: 1\r\n\r\n"),
              EndsWith("\r\n\r\ntwo"));
}

TEST_F(ServerTest, TakesAChunkedBodyWithoutChunks) {
  add("POST", "/", [](const Request& request) { return "<" + request.body + ">"; });
  start();
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(exchange(head + "0\r\n\r\n"), EndsWith("\r\n\r\n<>"));
  EXPECT_THAT(exchange(head + "0\r\nX-Trailer: 1\r\n\r\n"), EndsWith("\r\n\r\n<>"));
}

TEST_F(ServerTest, AnswersHeadAsGetWithoutTheBody) {
  add("GET", "/", hello);
  start();
  const auto answer = exchange("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
  EXPECT_EQ(request("HEAD", "/").value().status, 200);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  add("GET", "/{n}", [](const Request& request) { return "<" + std::string(request.parameter("n")) + ">"; });
  add("POST", "/", body);
  start();
  const auto answer = exchange(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n<2>"
      "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, testing::ContainsRegex("<1>HTTP/1.1 200 OK[^<]*<2>HTTP/1.1 200 OK[^<]*<3>$"));
}

TEST_F(ServerTest, SendsAStaticBodyOfAnySize) {
  static const std::string kAsset(3 * 1024 * 1024, 'a');
  const Handler handler = [](Request&) -> Task<Response> {
    Response response;
    response.static_body = kAsset;
    co_return response;
  };
  router_.add("GET", "/asset", handler);
  start();
  EXPECT_EQ(get("/asset").value().body, kAsset);
}

TEST_F(ServerTest, ClosesAfterAnAnswerToHttp10) {
  add("GET", "/", hello);
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close\r\n"));
  auto kept = raw();
  run(kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_THAT(run(kept.read_until("hello")), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(run(kept.exchange("GET / HTTP/1.0\r\n\r\n")), EndsWith("hello"));
}

TEST_F(ServerTest, AnswersWhatItDoesNotKnowWith404And405) {
  add("GET", "/a", hello);
  add("POST", "/a", hello);
  start();
  const auto unknown = get("/b");
  EXPECT_EQ(unknown->status, 404);
  EXPECT_EQ(unknown->body, R"({"error":{"code":"not_found","message":"There is nothing here."}})");
  for (const auto* method : {"PUT", "OPTIONS", "BREW"}) {
    const auto wrong = request(method, "/a");
    EXPECT_EQ(wrong->status, 405) << method;
    EXPECT_EQ(wrong->headers.get("Allow"), "GET, HEAD, POST") << method;
  }
}

TEST_F(ServerTest, RefusesWhatIsNotHttp) {
  add("GET", "/", hello);
  add("POST", "/", body);
  start();
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  for (const std::string& bytes : {
           std::string("nonsense\r\n\r\n"),
           std::string("GET  / HTTP/1.1\r\n\r\n"),
           std::string("GET / HTTP/2.0\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\n\r\n"),                             // without Host
           get + "Host: y\r\n\r\n",                                           // two of them
           get + "X : y\r\n\r\n",                                             // space before the colon
           get + std::string("X: \0\r\n\r\n", 9),                             //
           post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",         //
           post + "Content-Length: 1, 2\r\n\r\nab",                           //
           post + "Content-Length: -1\r\n\r\n",                               //
           post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",  //
           post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",  //
           post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",        //
           post + "Transfer-Encoding: gzip\r\n\r\n",                          //
           post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",                 //
           std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
       }) {
    EXPECT_THAT(exchange(bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
  }
}

TEST_F(ServerTest, RefusesMalformedTargets) {
  add("GET", "/{name}", hello);
  start();
  for (const std::string target : {"/%00", "/%zz", "/%C0%AF", "/x?a=%ff", "/#", "*", "x"}) {
    EXPECT_THAT(exchange("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 400 ")) << target;
  }
}

TEST_F(ServerTest, DoesNotFollowPathsThatClimb) {
  add("GET", "/files/{name}", hello);
  start();
  for (const std::string target : {"/files/..", "/files/%2e%2e", "/files/.", "/files/", "//files/a", "/files//a",
                                   "/files/a%2Fb", "/files/..%2f..%2fetc", "/x/../files/a", "/files/a/"}) {
    EXPECT_EQ(get(target).value().status, 404) << target;
  }
  EXPECT_EQ(get("/files/...").value().status, 200);
}

TEST_F(ServerTest, RefusesAHugeHeader) {
  add("GET", "/", hello);
  start();
  const std::string huge(40 * 1024, 'a');
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + huge + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange("GET /" + huge + " HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange(huge), testing::AnyOf(StartsWith("HTTP/1.1 431 "), StartsWith("HTTP/1.1 400 ")));
}

TEST_F(ServerTest, RefusesAHugeBodyBeforeReadingIt) {
  add("POST", "/", body, {.max_body = 1000});
  start();
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  // The answer arrives although the client is still sending.
  const auto response = request("POST", "/", {}, std::string(8 * 1024 * 1024, 'x'));
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(request("POST", "/", {}, std::string(1000, 'x')).value().body.size(), 1000);
}

TEST_F(ServerTest, LetsARouteRefuseBeforeTheBodyIsRead) {
  const BodyCheck check = [](Request& request) -> Task<std::optional<Response>> {
    if (request.headers.get("Authorization") == "good") co_return std::nullopt;
    co_return text_response(401, "no");
  };
  int handled = 0;
  add("POST", "/", [&](const Request& request) { return ++handled, request.body; }, {.before_body = check});
  start();
  // Not one byte of the body is sent.
  const auto refused = exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(refused, HasSubstr("Connection: close"));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"),
              StartsWith("HTTP/1.1 401 "));
  EXPECT_EQ(handled, 0);
  Headers good;
  good.set("Authorization", "good");
  EXPECT_EQ(request("POST", "/", good, "body")->body, "body");
  EXPECT_EQ(request("POST", "/")->status, 200) << "without a body nothing is asked";
}

TEST_F(ServerTest, AsksTheApplicationBeforeTheBodyOfAnyRoute) {
  router_.set_body_check([](Request& request) -> Task<std::optional<Response>> {
    if (!request.headers.contains("X-Foreign")) co_return std::nullopt;
    co_return text_response(403, "no");
  });
  const BodyCheck check = [](Request&) -> Task<std::optional<Response>> { co_return text_response(401, "no"); };
  const Handler never = [](Request&) -> Task<Response> { co_return text_response(200, "handled"); };
  add("POST", "/open", body);
  router_.add("POST", "/closed", CheckedHandler{never, check});
  start();
  const std::string rest = "Content-Length: 1000000\r\n\r\n";
  EXPECT_THAT(exchange("POST /open HTTP/1.1\r\nHost: x\r\nX-Foreign: 1\r\n" + rest), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(exchange("POST /closed HTTP/1.1\r\nHost: x\r\nX-Foreign: 1\r\n" + rest), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(exchange("POST /closed HTTP/1.1\r\nHost: x\r\n" + rest), StartsWith("HTTP/1.1 401 "));
}

TEST_F(ServerTest, ReadsNoLargeBodyOfWhatOnlyAsks) {
  add("GET", "/", body);
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, ListensOnAllAddressesOfBothFamilies) {
  add("GET", "/", body);
  start({.address = ""});
  EXPECT_EQ(get("/")->status, 200);
  const std::string by_ipv6 = "http://[::1]:" + std::to_string(server_->port()) + "/";
  const auto answer = run(fetch(loop_, "GET", by_ipv6, {}, {}));
  if (std::filesystem::exists("/proc/net/if_inet6")) {
    EXPECT_TRUE(answer) << answer.error();
  }
}

TEST_F(ServerTest, SaysWhetherItsAddressCanBeTakenBeforeItIsMade) {
  const auto said = [&](std::string address, std::uint16_t port) -> std::string {
    try {
      check_address(loop_, {.address = std::move(address), .port = port});
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  EXPECT_EQ(said("127.0.0.1", 0), "");
  EXPECT_EQ(said("", 0), "");
  EXPECT_THAT(said("203.0.113.9", 0), HasSubstr("cannot listen on 203.0.113.9:0"));
  EXPECT_THAT(said("nosuch.invalid", 0), HasSubstr("cannot listen on nosuch.invalid"));
  start();
  EXPECT_THAT(said("127.0.0.1", server_->port()), HasSubstr("cannot listen on 127.0.0.1:"));
}

TEST_F(ServerTest, RefusesAChunkedBodyThatGrowsOverTheLimit) {
  add("POST", "/", body, {.max_body = 10});
  start();
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(exchange(head + "6\r\n123456\r\n5\r\n12345\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange(head + "5\r\n12345\r\n5\r\n12345\r\n0\r\n\r\n"), EndsWith("\r\n\r\n1234512345"));
  EXPECT_THAT(exchange(head + "ffffffffffffffff\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange(head + "1;" + std::string(40 * 1024, 'x')), StartsWith("HTTP/1.1 431 "));
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  add("POST", "/", body);
  start();
  auto client = raw();
  run(client.send(
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(run(client.read_until("\r\n\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(run(client.exchange("body")), EndsWith("\r\n\r\nbody"));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 4\r\n\r\n"),
              StartsWith("HTTP/1.1 417 "));
}

TEST_F(ServerTest, UnpacksBodies) {
  add("POST", "/", body, {.max_body = 100'000, .max_unpacked = 200'000});
  start();
  const std::string text(150'000, 'x');
  EXPECT_EQ(request("POST", "/", encoded("gzip"), gzip(text)).value().body, text);
  EXPECT_EQ(request("POST", "/", encoded("zstd"), zstd(text)).value().body, text);
  EXPECT_EQ(request("POST", "/", encoded("gzip"), gzip(std::string(50'000'000, 'x'))).value().status, 413);
  EXPECT_EQ(request("POST", "/", encoded("zstd"), zstd(std::string(50'000'000, 'x'))).value().status, 413);
  EXPECT_EQ(request("POST", "/", encoded("gzip"), "no gzip").value().status, 400);
  const auto unknown = request("POST", "/", encoded("br"), "x");
  EXPECT_EQ(unknown->status, 415);
  EXPECT_EQ(unknown->headers.get("Accept-Encoding"), "gzip, zstd");
}

TEST_F(ServerTest, AnswersAFailedHandlerWith500AndGoesOn) {
  const Handler handler = [](Request&) -> Task<Response> { throw std::runtime_error("the disk is on fire"); };
  router_.add("GET", "/fails", handler);
  const Handler splits = [](Request&) -> Task<Response> { co_return redirect("/\r\nSet-Cookie: a=b"); };
  router_.add("GET", "/splits", splits);
  add("GET", "/", hello);
  start();
  const auto response = get("/fails");
  EXPECT_EQ(response->status, 500);
  EXPECT_THAT(response->body, Not(HasSubstr("fire")));
  EXPECT_EQ(get("/splits").value().status, 500);
  EXPECT_EQ(get("/").value().status, 200);
}

TEST_F(ServerTest, CutsAClientThatNeverEndsItsRequest) {
  add("POST", "/", body);
  start({.request_timeout = std::chrono::seconds(1)});
  auto header = raw();
  EXPECT_EQ(run(header.exchange("GET / HTTP/1.1\r\nHost:")), "");
  EXPECT_EQ(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell"), "");
}

TEST_F(ServerTest, ClosesAConnectionThatIsNotUsed) {
  add("GET", "/", hello);
  start({.idle_timeout = std::chrono::seconds(1)});
  EXPECT_EQ(exchange(""), "");
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("hello"));
}

TEST_F(ServerTest, TellsTheClientThatATrustedProxyForwards) {
  add("GET", "/", [](const Request& request) { return request.peer + (request.secure ? " over TLS" : ""); });
  start({.trusted_proxies = {"127.0.0.0/8"}});
  Headers headers;
  headers.add("X-Forwarded-For", "192.0.2.66, 203.0.113.5");
  headers.add("X-Forwarded-Proto", "https");
  EXPECT_EQ(request("GET", "/", headers).value().body, "203.0.113.5 over TLS");
}

TEST_F(ServerTest, LetsThoseBeyondTheLimitWait) {
  add("GET", "/", hello);
  start({.max_connections = 1});
  auto first = raw();
  run(first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  run(first.read_until("hello"));
  auto second = raw();
  run(second.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  first.close();
  EXPECT_THAT(run(second.read_all()), EndsWith("hello"));
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  const ServerOptions taken{.port = server_->port()};
  EXPECT_THROW(Server(loop_, router_, taken), std::system_error);
  const ServerOptions nonsense{.address = "no address"};
  EXPECT_THROW(Server(loop_, router_, nonsense), std::runtime_error);
}

TEST_F(ServerTest, LetsARunningRequestEndWhenItStops) {
  Event started(loop_);
  Event go_on(loop_);
  const Handler handler = [&](Request&) -> Task<Response> {
    started.set();
    co_await go_on.wait();
    co_return text_response(200, "done");
  };
  router_.add("GET", "/slow", handler);
  start();
  auto idle = raw();
  auto client = raw();
  run(client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  run(started.wait());
  auto stopping = asio::co_spawn(loop_, server_->stop(std::chrono::seconds(30)), asio::use_future);
  EXPECT_EQ(run(idle.read_all()), "");
  go_on.set();
  const auto answer = run(client.read_all());
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("done"));
}

TEST_F(ServerTest, CutsARunningRequestThatOutlivesTheGrace) {
  Event started(loop_);
  runtime::Signal never(loop_);
  const Handler handler = [&](Request&) -> Task<Response> {
    started.set();
    co_await never.wait();
    co_return text_response(200, "done");
  };
  router_.add("GET", "/slow", handler);
  start();
  auto client = raw();
  run(client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  run(started.wait());
  stop(std::chrono::milliseconds(1));
  EXPECT_EQ(run(client.read_all()), "");
}

TEST_F(ServerTest, SurvivesClientsThatLeaveAtAnyMoment) {
  add("POST", "/", body);
  start();
  const std::string whole = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t size = 0; size <= whole.size(); size += 3) {
    auto client = raw();
    run(client.send(whole.substr(0, size)));
    client.reset();
  }
  EXPECT_EQ(request("POST", "/", {}, "x").value().body, "x");
}

}  // namespace
}  // namespace holdfast::http
