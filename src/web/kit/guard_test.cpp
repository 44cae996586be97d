#include "kit/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kit/web_fixture.hpp"

namespace holdfast::web {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

http::Response refuse(const http::Request&, int status, std::string_view code, std::string_view) {
  return http::text_response(status, std::string(code));
}

// A request to http://hub.example:8080.
http::Request request(std::string method, std::string target, std::string name = "", std::string value = "") {
  http::Request request;
  request.method = std::move(method);
  request.path = target.substr(0, target.find('?'));
  request.target = std::move(target);
  request.peer = "192.0.2.9";
  request.headers.add("Host", "hub.example:8080");
  if (!name.empty()) request.headers.add(std::move(name), std::move(value));
  return request;
}

struct GuardTest : testing::Test {
  template <class T>
  T run(Task<T> task) {
    return runtime::run_to_end(world.loop, std::move(task));
  }
  // How a form is answered that a handler would answer with "done".
  http::Response sent(http::Request request) {
    const http::Handler handler = [](http::Request&) -> Task<http::Response> {
      co_return http::text_response(200, "done");
    };
    return run(guard.around(request, handler));
  }
  http::Response answer(const http::CheckedHandler& handler, http::Request request) {
    return run(handler.handler(request));
  }
  http::CheckedHandler page() {
    return guard.page([](http::Request&, Visitor visitor) -> Task<http::Response> {
      co_return http::text_response(200, visitor.identity.name);
    });
  }
  http::CheckedHandler api() {
    return guard.api([](http::Request&, Visitor visitor) -> Task<http::Response> {
      co_return http::text_response(200, visitor.identity.name);
    });
  }
  // Answers with what the reader sees: "everything", or the id of a customer.
  http::CheckedHandler reader() {
    return guard.reader([](http::Request&, Reader reader) -> Task<http::Response> {
      co_return http::text_response(200, reader.scope.customer ? reader.scope.customer->text() : "everything");
    });
  }
  std::string sign_in() {
    const auto setup = run(world.accounts.make_setup_token()).value();
    return run(world.accounts.set_up(setup, "ada", "correct horse battery", {"ada", ""}, "a browser")).value().token;
  }
  core::CustomerId add_customer() { return run(world.customers.add("acme", "Acme", {"ada", ""})).value(); }
  std::string bearer_for(const core::CustomerId& customer) {
    return "Bearer " + run(world.customers.make_key(customer, {"ada", ""})).value().key;
  }

  WebFixture world;
  Settings settings;
  Guard guard{world.accounts, world.report_keys, settings, refuse};
};

TEST_F(GuardTest, RefusesFormsThatPagesOfOtherSitesSend) {
  const std::vector<std::pair<std::string, std::string>> others{{"Origin", "https://evil.example"},
                                                                {"Origin", "http://hub.example:9999"},
                                                                {"Origin", "https://hub.example:8080"},
                                                                {"Origin", "null"},
                                                                {"Sec-Fetch-Site", "cross-site"},
                                                                {"Sec-Fetch-Site", "same-site"},
                                                                {"Referer", "http://hub.example.evil.example:8080/"},
                                                                {"", ""}};
  for (const auto& [name, value] : others) {
    for (const auto* const method : {"POST", "PUT", "DELETE"}) {
      const auto refused = sent(request(method, "/hosts/1/delete", name, value));
      EXPECT_EQ(refused.status, 403) << method << " with " << name << ": " << value;
      EXPECT_EQ(refused.body, "cross_site");
    }
  }
}

TEST_F(GuardTest, BelievesTheBrowserBeforeTheAddressThatItNames) {
  auto forged = request("POST", "/x", "Sec-Fetch-Site", "cross-site");
  forged.headers.add("Origin", "http://hub.example:8080");
  EXPECT_EQ(sent(std::move(forged)).status, 403);
}

TEST_F(GuardTest, TakesFormsOfItsOwnPages) {
  settings.public_urls = {"https://backup.example"};
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Origin", "http://hub.example:8080"},
                                                        {"Origin", "https://backup.example"},
                                                        {"Referer", "http://hub.example:8080/hosts/1"},
                                                        {"Sec-Fetch-Site", "same-origin"},
                                                        {"Sec-Fetch-Site", "none"}})
    EXPECT_EQ(sent(request("POST", "/x", name, value)).body, "done") << name << ": " << value;
}

TEST_F(GuardTest, LetsLinksOfOtherSitesLeadHere) {
  EXPECT_EQ(sent(request("GET", "/", "Sec-Fetch-Site", "cross-site")).body, "done");
}

TEST_F(GuardTest, AsksNoProgramWhereItComesFrom) {
  for (const auto* const path : {"/api/v1/report", "/api/v1/agent/enrol", "/api/v1/ping/x", "/ping/x"})
    EXPECT_EQ(sent(request("POST", path)).body, "done") << path;
  EXPECT_EQ(sent(request("POST", "/api/v1/hosts", "Authorization", "Bearer x")).body, "done");
  EXPECT_EQ(sent(request("POST", "/api/v1/reports")).status, 403) << "only the path itself";
}

TEST_F(GuardTest, SaysOfEveryAnswerWhatBrowsersMayDoWithIt) {
  for (const auto& answer : {sent(request("GET", "/")), sent(request("POST", "/x"))}) {
    EXPECT_THAT(answer.headers.get("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_EQ(answer.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
    EXPECT_FALSE(answer.headers.contains("Strict-Transport-Security")) << "plain HTTP";
  }
  auto secure = request("GET", "/");
  secure.secure = true;
  EXPECT_TRUE(sent(std::move(secure)).headers.contains("Strict-Transport-Security"));
  http::Response kept;
  kept.headers.set("Cache-Control", "public, max-age=60");
  add_security_headers(request("GET", "/"), kept);
  EXPECT_EQ(kept.headers.get("Cache-Control"), "public, max-age=60");
}

TEST_F(GuardTest, LeadsStrangersToTheSignInPageAndBackAgain) {
  EXPECT_EQ(answer(page(), request("GET", "/jobs?state=failed")).headers.get("Location"),
            "/login?next=%2Fjobs%3Fstate%3Dfailed");
  EXPECT_EQ(answer(page(), request("GET", "/")).headers.get("Location"), "/login");
  EXPECT_EQ(answer(page(), request("POST", "/hosts/1/delete")).headers.get("Location"), "/login")
      << "a form is not sent again";
}

TEST_F(GuardTest, PutsNoSignInPageIntoAPartOfAPage) {
  const auto refused = answer(page(), request("GET", "/jobs", "HX-Request", "true"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.get("HX-Redirect"), "/login");
}

TEST_F(GuardTest, KnowsWhoSignedInUntilTheySignOut) {
  const auto token = sign_in();
  EXPECT_EQ(answer(page(), request("GET", "/", "Cookie", "holdfast=" + token)).body, "ada");
  EXPECT_EQ(answer(api(), request("GET", "/api/v1/jobs", "Cookie", "holdfast=" + token)).body, "ada");
  EXPECT_EQ(answer(api(), request("GET", "/api/v1/jobs", "Cookie", "holdfast=" + token + "x")).status, 401);
  run(guard.end_session(request("POST", "/logout", "Cookie", "holdfast=" + token)));
  EXPECT_EQ(answer(api(), request("GET", "/api/v1/jobs", "Cookie", "holdfast=" + token)).status, 401);
}

TEST_F(GuardTest, TakesOverTlsOnlyTheCookieThatPlainHttpCannotSet) {
  const auto token = sign_in();
  auto planted = request("GET", "/", "Cookie", "holdfast=" + token);
  planted.secure = true;
  EXPECT_EQ(answer(api(), std::move(planted)).status, 401);
  auto own = request("GET", "/", "Cookie", "__Host-holdfast=" + token);
  own.secure = true;
  EXPECT_EQ(answer(api(), std::move(own)).body, "ada");
}

TEST_F(GuardTest, SetsACookieThatScriptsAndOtherHostsCannotRead) {
  auto at = request("POST", "/login");
  http::Response plain;
  guard.set_session_cookie(at, plain, {"tok", {}, {}});
  EXPECT_THAT(std::string(plain.headers.get("Set-Cookie")),
              AllOf(StartsWith("holdfast=tok; Path=/; HttpOnly; SameSite=Lax"), Not(HasSubstr("Secure"))));
  at.secure = true;
  http::Response secure;
  guard.set_session_cookie(at, secure, {"tok", {}, {}});
  EXPECT_THAT(std::string(secure.headers.get("Set-Cookie")),
              AllOf(StartsWith("__Host-holdfast=tok; Path=/; HttpOnly; SameSite=Lax"), HasSubstr("; Secure")));
}

// A bearer is exempt from the check against other sites, so the cookie beside it must be worth nothing.
TEST_F(GuardTest, CountsNoSessionBesideABearer) {
  auto both = request("GET", "/api/v1/jobs", "Cookie", "holdfast=" + sign_in());
  both.headers.add("Authorization", "Bearer wrong");
  EXPECT_EQ(guard.session_token(both), "");
  EXPECT_EQ(answer(page(), both).status, 303);
  EXPECT_EQ(answer(api(), both).status, 401);
  EXPECT_EQ(answer(reader(), both).status, 401);
}

TEST_F(GuardTest, LetsAKeyReadItsCustomerAndNothingElse) {
  const auto customer = add_customer();
  const auto key = bearer_for(customer);
  EXPECT_EQ(answer(reader(), request("GET", "/api/v1/hosts", "Authorization", key)).body, customer.text());
  EXPECT_EQ(answer(api(), request("GET", "/api/v1/jobs", "Authorization", key)).status, 403);
  EXPECT_EQ(answer(page(), request("GET", "/", "Authorization", key)).status, 303);
  EXPECT_EQ(answer(reader(), request("GET", "/api/v1/hosts")).status, 401);
  EXPECT_EQ(answer(reader(), request("GET", "/api/v1/hosts", "Cookie", "holdfast=" + sign_in())).body, "everything");
}

TEST_F(GuardTest, RefusesABodyBeforeItIsReadAsItWouldRefuseTheRequest) {
  const auto check = [&](const http::CheckedHandler& handler, http::Request request) {
    const auto refused = run(handler.before_body(request));
    return refused ? refused->status : 0;
  };
  const auto cookie = "holdfast=" + sign_in();
  EXPECT_EQ(check(api(), request("POST", "/api/v1/jobs")), 401);
  EXPECT_EQ(check(api(), request("POST", "/api/v1/jobs", "Cookie", cookie)), 0);
  EXPECT_EQ(check(page(), request("POST", "/jobs")), 303);
  EXPECT_EQ(check(reader(), request("GET", "/api/v1/hosts", "Authorization", "Bearer wrong")), 401);
  EXPECT_EQ(check(reader(), request("GET", "/api/v1/hosts", "Authorization", bearer_for(add_customer()))), 0);
  auto foreign = request("POST", "/x", "Origin", "https://evil.example");
  EXPECT_EQ(run(guard.site_check()(foreign))->status, 403);
}

TEST_F(GuardTest, OpensNoStreamForPagesOfOtherSites) {
  const auto stream = guard.stream([](http::Request&, Visitor) -> Task<http::StreamResponse> {
    co_return http::StreamResponse{http::text_response(200, ""), {}};
  });
  const auto status = [&](http::Request request) { return run(stream(request)).head.status; };
  const auto cookie = "holdfast=" + sign_in();
  EXPECT_EQ(status(request("GET", "/ui/stream")), 401);
  EXPECT_EQ(status(request("GET", "/ui/stream", "Cookie", cookie)), 200);
  auto foreign = request("GET", "/ui/stream", "Cookie", cookie);
  foreign.headers.add("Origin", "https://evil.example");
  EXPECT_EQ(status(std::move(foreign)), 403);
}

// Otherwise a page whose name was made to point at this machine would be the administrator.
TEST_F(GuardTest, AnswersWithoutSignInOnlyAtItsOwnNames) {
  settings.auth_disabled = true;
  settings.public_urls = {"http://backup.example:8080"};
  const auto status_at = [&](std::string host) {
    auto at = request("GET", "/");
    at.headers.set("Host", std::move(host));
    return sent(std::move(at)).status;
  };
  for (const auto* const own : {"localhost:8080", "127.0.0.1", "[::1]:8080", "backup.example:8080"})
    EXPECT_EQ(status_at(own), 200) << own;
  for (const auto* const other : {"evil.example", "backup.example", "localhost.evil.example", "192.0.2.1:8080", ""})
    EXPECT_EQ(status_at(other), 403) << other;
  settings.auth_disabled = false;
  EXPECT_EQ(status_at("evil.example"), 200) << "who must sign in has no cookie there";
}

TEST_F(GuardTest, LinksToTheAddressThatIsConfiguredFirst) {
  EXPECT_EQ(guard.base_url(request("GET", "/")), "http://hub.example:8080");
  EXPECT_FALSE(guard.is_local_address(request("GET", "/")));
  settings.public_urls = {"https://localhost", "https://backup.example"};
  EXPECT_EQ(guard.base_url(request("GET", "/")), "https://localhost");
  EXPECT_TRUE(guard.is_local_address(request("GET", "/")));
}

TEST(AfterSignIn, OnlyPathsOfTheHubAreLedTo) {
  for (const auto* const path : {"/", "/jobs?state=failed", "/hosts/1#history"})
    EXPECT_EQ(local_path_or_root(path), path);
  for (const auto* const elsewhere : {"", "//evil.example", "/\\evil.example", "https://evil.example", "jobs",
                                      "javascript:alert(1)", "/jobs\r\nSet-Cookie: a=b", "/\tx"})
    EXPECT_EQ(local_path_or_root(elsewhere), "/") << elsewhere;
}

TEST(WhatIsSent, IsReadableOnTheWayUnlessItIsEncryptedOrStaysOnTheMachine) {
  auto sent = request("POST", "/login");
  EXPECT_TRUE(is_readable_on_the_way(sent));
  sent.peer = "127.0.0.1";
  EXPECT_FALSE(is_readable_on_the_way(sent));
  sent.peer = "192.0.2.9";
  sent.secure = true;
  EXPECT_FALSE(is_readable_on_the_way(sent));
}

}  // namespace
}  // namespace holdfast::web
