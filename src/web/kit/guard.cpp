#include "kit/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/server/origin.hpp"
#include "kit/answers.hpp"
#include "runtime/address.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"
#include "text/utf8.hpp"

// A browser sends its cookie also where another site made it ask, and names that site in one header or another, or
// in none: over plain HTTP there is no Sec-Fetch-Site, and a GET of the own site has no Origin. Whatever changes
// something must name an address of the hub, unless no cookie counts there. Who would be refused by a handler is
// refused before the body is read.
namespace holdfast::web {
namespace {

constexpr std::string_view kSecureCookie = "__Host-holdfast";
constexpr std::string_view kPlainCookie = "holdfast";
constexpr std::size_t kLongestHost = 200;
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src "
    "'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// Here no cookie counts, so it does not matter which page made a browser send the request.
bool is_for_machines(const http::Request& request) {
  return request.path.starts_with("/api/v1/agent/") || request.path == "/api/v1/report" ||
         request.path.starts_with("/api/v1/ping/") || request.path.starts_with("/ping/") || has_bearer(request);
}

std::string_view cookie_name(const http::Request& request) {
  return request.secure ? kSecureCookie : kPlainCookie;
}

std::string own_url(const http::Request& request) {
  return fmt::format("{}://{}", request.secure ? "https" : "http", request.headers.get("Host"));
}

std::string_view shown_host(const http::Request& request) {
  const auto host = request.headers.get("Host");
  return text::is_valid_utf8(host) ? text::truncate_utf8(host, kLongestHost) : "another name";
}

http::Response signed_out() {
  return error_response(401, "signed_out", "Sign in first.");
}

}  // namespace

void add_security_headers(const http::Request& request, http::Response& response) {
  auto& headers = response.headers;
  headers.set("Content-Security-Policy", std::string(kContentPolicy));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "same-origin");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Permissions-Policy", "geolocation=(), camera=(), microphone=()");
  if (request.secure) headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
  if (!headers.contains("Cache-Control")) headers.set("Cache-Control", "no-store");
}

bool is_readable_on_the_way(const http::Request& request) {
  return !request.secure && !runtime::is_loopback(request.peer);
}

std::string local_path_or_root(std::string_view target) {
  const bool local = target.starts_with('/') && !target.starts_with("//") && !target.starts_with("/\\") &&
                     !text::has_control_character(target);
  return local ? std::string(target) : "/";
}

std::string Guard::base_url(const http::Request& request) const {
  const auto& configured = settings_.public_urls;
  return configured.empty() ? own_url(request) : configured.front();
}

bool Guard::is_local_address(const http::Request& request) const {
  const auto url = base_url(request);
  return http::is_loopback_host(std::string_view(url).substr(url.find("://") + 3));
}

// Whether it is one of the hub's addresses: those that are configured, and the one that the request came to, which only
// pages from there can name. The cookie of a session goes to no other.
bool Guard::is_own_origin(const http::Request& request, std::string_view url) const {
  const auto origin = http::origin_of(url);
  if (!origin) return false;
  const auto is_same = [&](const std::string& own) { return http::origin_of(own) == origin; };
  return is_same(own_url(request)) || std::ranges::any_of(settings_.public_urls, is_same);
}

// Nothing when the browser did not say: over plain HTTP it sends no Sec-Fetch-Site, and with GET to its own site no
// Origin.
std::optional<bool> Guard::names_another_site(const http::Request& request) const {
  if (const auto site = request.headers.get("Sec-Fetch-Site"); !site.empty())
    return site != "same-origin" && site != "none";
  if (const auto origin = request.headers.get("Origin"); !origin.empty()) return !is_own_origin(request, origin);
  return std::nullopt;
}

bool Guard::is_from_another_site(const http::Request& request) const {
  if (const auto named = names_another_site(request)) return *named;
  return !is_own_origin(request, request.headers.get("Referer"));
}

// Without sign-in, a page of the internet whose name points at this machine must not become the administrator.
bool Guard::is_foreign_host(const http::Request& request) const {
  if (!settings_.auth_disabled) return false;
  const auto host = request.headers.get("Host");
  if (http::is_loopback_host(host)) return false;
  const auto is_named = [host](const std::string& url) {
    const auto scheme = std::string_view(url).substr(0, url.find("://"));
    return http::origin_of(fmt::format("{}://{}", scheme, host)) == http::origin_of(url);
  };
  return std::ranges::none_of(settings_.public_urls, is_named);
}

std::optional<http::Response> Guard::refusal(const http::Request& request) const {
  if (is_foreign_host(request))
    return refuse_(
        request, 403, "wrong_host",
        fmt::format("This request is for {}. Sign-in is off, so this hub answers only at localhost and at the "
                    "addresses of server.public_url.",
                    shown_host(request)));
  if (is_safe(request.method) || is_for_machines(request) || !is_from_another_site(request)) return std::nullopt;
  return refuse_(request, 403, "cross_site", cross_site_message(request));
}

std::string Guard::cross_site_message(const http::Request& request) const {
  const auto named =
      request.headers.get("Origin").empty() ? request.headers.get("Referer") : request.headers.get("Origin");
  const auto from = http::origin_of(named);
  const auto own = http::origin_of(base_url(request)).value_or(own_url(request));
  if (!from)
    return fmt::format("This request does not say that it comes from a page of this hub. Scripts send \"Origin: {}\".",
                       own);
  return fmt::format(
      "This request came from {}, and the hub is {}. If both are the hub, name both in server.public_url, or let the "
      "proxy pass the Host header on with its port.",
      *from, own);
}

http::BodyCheck Guard::site_check() {
  return [this](http::Request& request) -> Task<std::optional<http::Response>> { co_return refusal(request); };
}

Task<http::Response> Guard::around(http::Request& request, const http::Handler& next) {
  auto refused = refusal(request);
  http::Response response;
  if (refused) {
    response = *std::move(refused);
  } else {
    response = co_await next(request);
  }
  add_security_headers(request, response);
  co_return response;
}

std::string Guard::session_token(const http::Request& request) const {
  if (has_bearer(request)) return {};
  return http::cookie(request, cookie_name(request)).value_or("");
}

Task<std::optional<Visitor>> Guard::identify(http::Request& request) {
  if (has_bearer(request)) co_return std::nullopt;
  auto identity = co_await accounts_.identify(session_token(request));
  if (!identity) co_return std::nullopt;
  co_return Visitor{*std::move(identity), request.peer};
}

Task<> Guard::end_session(const http::Request& request) {
  std::string token = session_token(request);
  if (!token.empty()) co_await accounts_.sign_out(std::move(token));
}

Task<core::Result<fleet::KeyHolder>> Guard::key_holder(const http::Request& request) {
  return report_keys_.authenticate(bearer_of(request).value_or(""), request.peer);
}

Task<http::Response> Guard::refuse_key(const http::Request& request) {
  const auto holder = co_await key_holder(request);
  if (!holder) co_return error_response(holder.error());
  co_return error_response(403, "not_for_keys", "A key may send reports and read them. For this, sign in.");
}

// Answers a body of somebody who may not call this before it is read.
http::BodyCheck Guard::person_check(Refusal refuse) {
  return [this, refuse = std::move(refuse)](http::Request& request) -> Task<std::optional<http::Response>> {
    const auto visitor = co_await identify(request);
    if (visitor) co_return std::nullopt;
    co_return co_await refuse(request);
  };
}

http::CheckedHandler Guard::reader(ReaderHandler handler) {
  return {[this, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
            if (!has_bearer(request)) {
              const auto visitor = co_await identify(request);
              if (!visitor) co_return signed_out();
              co_return co_await handler(request, Reader{});
            }
            auto holder = co_await key_holder(request);
            if (!holder) co_return error_response(holder.error());
            Reader reader{std::move(holder->scope), false};
            co_return co_await handler(request, std::move(reader));
          },
          [this](http::Request& request) { return check_reader(request); }};
}

// Reading needs no body, so there is one only to be read for nothing.
Task<std::optional<http::Response>> Guard::check_reader(http::Request& request) {
  if (has_bearer(request)) {
    const auto holder = co_await key_holder(request);
    if (!holder) co_return error_response(holder.error());
    co_return std::nullopt;
  }
  const auto visitor = co_await identify(request);
  if (!visitor) co_return signed_out();
  co_return std::nullopt;
}

Task<core::Result<fleet::KeyHolder>> Guard::sender_of(const http::Request& request) {
  if (!has_bearer(request))
    co_return core::fail(core::ErrorKind::Unauthorized, "key_missing", "Send a key: Authorization: Bearer hfk_…");
  co_return co_await key_holder(request);
}

http::CheckedHandler Guard::sender(SenderHandler handler) {
  http::Handler checked = [this, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
    auto holder = co_await sender_of(request);
    if (!holder) co_return error_response(holder.error());
    co_return co_await handler(request, *std::move(holder));
  };
  http::BodyCheck before_body = [this](http::Request& request) -> Task<std::optional<http::Response>> {
    const auto holder = co_await sender_of(request);
    if (!holder) co_return error_response(holder.error());
    co_return std::nullopt;
  };
  return {std::move(checked), std::move(before_body)};
}

http::CheckedHandler Guard::people(PeopleHandler handler, const Refusal& refuse) {
  http::Handler checked = [this, refuse, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
    auto visitor = co_await identify(request);
    if (!visitor) co_return co_await refuse(request);
    co_return co_await handler(request, *std::move(visitor));
  };
  return {std::move(checked), person_check(refuse)};
}

http::CheckedHandler Guard::api(PeopleHandler handler) {
  return people(std::move(handler), [this](http::Request& request) -> Task<http::Response> {
    if (has_bearer(request)) co_return co_await refuse_key(request);
    co_return signed_out();
  });
}

http::CheckedHandler Guard::page(PeopleHandler handler) {
  return people(std::move(handler), [](http::Request& request) -> Task<http::Response> {
    if (request.headers.contains("HX-Request")) {
      // A redirect would be followed silently and put the sign-in page into a fragment.
      http::Response response = http::empty_response(401);
      response.headers.set("HX-Redirect", "/login");
      co_return response;
    }
    const bool returnable = request.method == "GET" && request.path != "/";
    co_return http::redirect(returnable ? "/login?next=" + text::percent_encode(request.target) : "/login");
  });
}

http::StreamHandler Guard::stream(PeopleStream handler) {
  return [this, handler = std::move(handler)](http::Request& request) -> Task<http::StreamResponse> {
    auto visitor = co_await identify(request);
    if (!visitor) co_return http::StreamResponse{signed_out(), {}};
    if (names_another_site(request).value_or(false))
      co_return http::StreamResponse{error_response(403, "cross_site", "This stream is for pages of this hub."), {}};
    co_return co_await handler(request, *std::move(visitor));
  };
}

void Guard::set_session_cookie(const http::Request& request, http::Response& response,
                               const fleet::SignedIn& signed_in) const {
  response.headers.add(
      "Set-Cookie",
      fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", cookie_name(request), signed_in.token,
                  std::chrono::seconds(fleet::kSessionLife).count(), request.secure ? "; Secure" : ""));
}

void Guard::clear_session_cookie(const http::Request& request, http::Response& response) const {
  response.headers.add("Set-Cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}",
                                                 cookie_name(request), request.secure ? "; Secure" : ""));
  // Not "cookies": that would take those of every host below the same domain.
  response.headers.set("Clear-Site-Data", "\"cache\", \"storage\"");
}

}  // namespace holdfast::web
