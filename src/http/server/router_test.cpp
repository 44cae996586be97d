#include "http/server/router.hpp"

#include "server/server_fixture.hpp"

namespace holdfast::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using RouterTest = ServerTest;

TEST_F(RouterTest, PrefersLiteralsToNames) {
  add("GET", "/hosts/{id}", [](const Request& request) { return "host " + std::string(request.parameter("id")); });
  add("GET", "/hosts/new", [](const Request&) { return "new"; });
  add("GET", "/hosts/new/{what}/x",
      [](const Request& request) { return "x of " + std::string(request.parameter("what")); });
  add("GET", "/hosts/{id}/{part}", [](const Request& request) {
    return std::string(request.parameter("id")) + " " + std::string(request.parameter("part"));
  });
  start();
  EXPECT_EQ(get("/hosts/new").value().body, "new");
  EXPECT_EQ(get("/hosts/7").value().body, "host 7");
  EXPECT_EQ(get("/hosts/new/a/x").value().body, "x of a");
  EXPECT_EQ(get("/hosts/new/a").value().body, "new a");
  EXPECT_EQ(get("/hosts").value().status, 404);
}

TEST_F(RouterTest, DecodesWhatANameMatched) {
  add("GET", "/{name}", [](const Request& request) { return std::string(request.parameter("name")); });
  start();
  EXPECT_EQ(get("/%C3%A9%20%3F").value().body, "é ?");
}

TEST_F(RouterTest, ListsWhatWasAdded) {
  add("GET", "/hosts/{id}", [](const Request&) { return ""; });
  add("PATCH", "/hosts/{id}", [](const Request&) { return ""; });
  add("GET", "/hosts/new", [](const Request&) { return ""; });
  router_.add_websocket("/agent", [](Request&) -> Task<WebSocketResponse> { co_return WebSocketResponse{}; });
  EXPECT_THAT(router_.routes(), ElementsAre(RouteName{"GET upgrade", "/agent"}, RouteName{"GET", "/hosts/new"},
                                            RouteName{"GET", "/hosts/{id}"}, RouteName{"PATCH", "/hosts/{id}"}));
}

TEST_F(RouterTest, RunsMiddlewaresFromTheFirstInwards) {
  for (const std::string name : {"a", "b"}) {
    router_.wrap([name](Request& request, const Handler& next) -> Task<Response> {
      auto response = co_await next(request);
      response.body += name;
      co_return response;
    });
  }
  add("GET", "/", [](const Request&) { return "0"; });
  start();
  EXPECT_EQ(get("/").value().body, "0ba");
}

TEST_F(RouterTest, RunsMiddlewaresAroundRefusalsAndFailures) {
  router_.wrap([](Request& request, const Handler& next) -> Task<Response> {
    auto response = co_await next(request);
    response.headers.set("X-Frame-Options", "DENY");
    co_return response;
  });
  const Handler fails = [](Request&) -> Task<Response> { throw std::runtime_error("no"); };
  router_.add("POST", "/fails", fails, {.max_body = 1});
  start();
  for (const auto& response :
       {get("/nothing"), get("/fails"), request("POST", "/fails"), request("POST", "/fails", {}, "too much")}) {
    EXPECT_GE(response->status, 404);
    EXPECT_EQ(response->headers.get("X-Frame-Options"), "DENY") << response->status;
  }
}

TEST_F(RouterTest, LetsAMiddlewareAnswerInTheHandlersPlace) {
  bool called = false;
  router_.wrap([](Request&, const Handler&) -> Task<Response> { co_return text_response(401, "who are you?"); });
  router_.add_stream("/stream", [&](Request&) -> Task<StreamResponse> {
    called = true;
    co_return StreamResponse{};
  });
  start();
  EXPECT_EQ(get("/stream").value().body, "who are you?");
  EXPECT_FALSE(called);
}

TEST_F(RouterTest, AnswersAFailedMiddlewareWith500) {
  router_.wrap([](Request&, const Handler&) -> Task<Response> { throw std::runtime_error("no"); });
  start();
  EXPECT_EQ(get("/").value().status, 500);
}

TEST_F(RouterTest, LetsTheApplicationAnswerSomeFailures) {
  router_.set_failure_answer([](const Request&, const std::exception_ptr& failure) -> std::optional<Response> {
    try {
      std::rethrow_exception(failure);
    } catch (const std::length_error&) {
      return text_response(507, "full");
    } catch (...) {
      return std::nullopt;
    }
  });
  router_.add("GET", "/full", [](Request&) -> Task<Response> { throw std::length_error("no room"); });
  router_.add("GET", "/broken", [](Request&) -> Task<Response> { throw std::runtime_error("no"); });
  start();
  EXPECT_EQ(get("/full").value().status, 507);
  EXPECT_EQ(get("/full").value().body, "full");
  EXPECT_EQ(get("/broken").value().status, 500);
}

TEST_F(RouterTest, LetsTheApplicationWordItsRefusals) {
  router_.set_error_body([](const Request& request, int status, std::string_view code, std::string_view) {
    return html_response(status, "<p>" + std::string(code) + " " + request.path + "</p>");
  });
  start();
  EXPECT_EQ(get("/x").value().body, "<p>not_found /x</p>");
  EXPECT_THAT(exchange("nonsense\r\n\r\n"), HasSubstr("<p>bad_request </p>"));
}

TEST_F(RouterTest, TellsTheApplicationWhatAnUnreadableRequestWasFor) {
  router_.set_error_body([](const Request& request, int status, std::string_view, std::string_view) {
    return text_response(status, "for " + request.path + ".");
  });
  start();
  const std::string end = " HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_THAT(exchange("GET /api/%zz?q=1" + end), HasSubstr("for /api/%zz."));
  EXPECT_THAT(exchange("GET http://x/api/%00" + end), HasSubstr("for /api/%00."));
  EXPECT_THAT(exchange("GET /api/a b" + end), HasSubstr("for /api/a b."));
  EXPECT_THAT(exchange("GET /api/" + std::string(1, '\0') + end), HasSubstr("for /api/"));
  EXPECT_THAT(exchange("GET /api/x HTTP/1.1\r\nbad header\r\n\r\n"), HasSubstr("for /api/x."));
  EXPECT_THAT(exchange("GET /api/x HTTP/1.1\r\nX: " + std::string(40 * 1024, 'a') + "\r\n\r\n"),
              HasSubstr("for /api/x."));
}

}  // namespace
}  // namespace holdfast::http
