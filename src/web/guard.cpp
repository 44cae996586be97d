#include "guard.hpp"

#include <fmt/format.h>

#include <utility>

#include "answers.hpp"
#include "core/text.hpp"

namespace holdfast::web {
namespace {

constexpr std::string_view kSecureCookie = "__Host-holdfast";
constexpr std::string_view kPlainCookie = "holdfast";
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src "
    "'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

// Here no cookie counts, so it does not matter which page made a browser send the request.
bool is_for_machines(const http::Request& request) {
  return request.path.starts_with("/api/v1/agent/") || request.path == "/api/v1/report" || bearer_of(request);
}

// "https://hub.example" of "https://Hub.example:443/path": scheme, host and port as browsers write them.
std::string origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  std::string origin = core::to_lower_ascii(url.substr(0, url.find_first_of("/?#", scheme_end + 3)));
  for (const auto& [scheme, port] : {std::pair("http://", ":80"), std::pair("https://", ":443")}) {
    if (origin.starts_with(scheme) && origin.ends_with(port)) origin.erase(origin.rfind(':'));
  }
  return origin;
}

std::string_view cookie_name(const http::Request& request) {
  return request.secure ? kSecureCookie : kPlainCookie;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_loopback_name(std::string_view name) {
  return name == "localhost" || name == "[::1]" || name.starts_with("127.");
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

std::string local_path_or_root(std::string_view target) {
  const bool local = target.starts_with('/') && !target.starts_with("//") && !target.starts_with("/\\") &&
                     !core::has_control_character(target);
  return local ? std::string(target) : "/";
}

std::string Guard::base_url(const http::Request& request) const {
  if (!parts_.settings.public_url.empty()) return parts_.settings.public_url;
  return fmt::format("{}://{}", request.secure ? "https" : "http", request.headers.get("Host"));
}

// Nothing when the browser did not say: over plain HTTP it sends no Sec-Fetch-Site, and with GET to its own site no
// Origin.
std::optional<bool> Guard::names_another_site(const http::Request& request) const {
  if (const auto site = request.headers.get("Sec-Fetch-Site"); !site.empty())
    return site != "same-origin" && site != "none";
  if (const auto origin = request.headers.get("Origin"); !origin.empty())
    return origin_of(origin) != origin_of(base_url(request));
  return std::nullopt;
}

bool Guard::is_from_another_site(const http::Request& request) const {
  if (const auto named = names_another_site(request)) return *named;
  return origin_of(request.headers.get("Referer")) != origin_of(base_url(request));
}

// Without sign-in, a page of the internet whose name points at this machine must not become the administrator.
bool Guard::is_foreign_host(const http::Request& request) const {
  if (!parts_.settings.auth_disabled) return false;
  const auto host = request.headers.get("Host");
  if (is_loopback_name(without_port(host))) return false;
  return !parts_.settings.public_url.ends_with(fmt::format("//{}", host));
}

Task<http::Response> Guard::around(http::Request& request, const http::Handler& next) {
  http::Response response;
  if (is_foreign_host(request)) {
    response = error_response(403, "wrong_host",
                              "Sign-in is off, so this hub answers only at localhost and at server.public_url.");
  } else if (!is_safe(request.method) && !is_for_machines(request) && is_from_another_site(request)) {
    response = error_response(
        403, "cross_site",
        "This request does not come from a page of this hub. Scripts send an Origin header with the hub's address.");
  } else {
    response = co_await next(request);
  }
  add_security_headers(request, response);
  co_return response;
}

std::string Guard::session_token(const http::Request& request) const {
  if (bearer_of(request)) return {};
  return http::cookie(request, cookie_name(request)).value_or("");
}

Task<std::optional<Visitor>> Guard::identify(http::Request& request) {
  if (bearer_of(request)) co_return std::nullopt;
  auto identity = co_await parts_.accounts.identify(session_token(request));
  if (!identity) co_return std::nullopt;
  co_return Visitor{*std::move(identity), request.peer};
}

Task<> Guard::end_session(const http::Request& request) {
  std::string token = session_token(request);
  if (!token.empty()) co_await parts_.accounts.sign_out(std::move(token));
}

Task<core::Result<fleet::KeyHolder>> Guard::key_holder(const http::Request& request) {
  return parts_.reports.authenticate(bearer_of(request).value_or(""), request.peer);
}

Task<http::Response> Guard::refuse_key(const http::Request& request) {
  const auto holder = co_await key_holder(request);
  if (!holder) co_return error_response(holder.error());
  co_return error_response(403, "not_for_keys", "A key may send reports and read them. For this, sign in.");
}

http::Handler Guard::reader(ReaderHandler handler) {
  return [this, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
    if (!bearer_of(request)) {
      const auto visitor = co_await identify(request);
      if (!visitor) co_return signed_out();
      co_return co_await handler(request, Reader{});
    }
    auto holder = co_await key_holder(request);
    if (!holder) co_return error_response(holder.error());
    co_return co_await handler(request, Reader{std::move(holder->scope), false});
  };
}

Task<core::Result<fleet::KeyHolder>> Guard::sender_of(const http::Request& request) {
  if (!bearer_of(request))
    co_return core::fail(core::ErrorKind::Unauthorized, "key_missing", "Send a key: Authorization: Bearer hfk_…");
  co_return co_await key_holder(request);
}

http::BodyCheck Guard::sender_check() {
  return [this](http::Request& request) -> Task<std::optional<http::Response>> {
    const auto holder = co_await sender_of(request);
    if (!holder) co_return error_response(holder.error());
    co_return std::nullopt;
  };
}

http::Handler Guard::sender(SenderHandler handler) {
  return [this, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
    auto holder = co_await sender_of(request);
    if (!holder) co_return error_response(holder.error());
    co_return co_await handler(request, *std::move(holder));
  };
}

http::Handler Guard::api(PeopleHandler handler) {
  return [this, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
    if (bearer_of(request)) co_return co_await refuse_key(request);
    auto visitor = co_await identify(request);
    if (!visitor) co_return signed_out();
    co_return co_await handler(request, *std::move(visitor));
  };
}

http::Handler Guard::page(PeopleHandler handler) {
  return [this, handler = std::move(handler)](http::Request& request) -> Task<http::Response> {
    auto visitor = co_await identify(request);
    if (!visitor && request.headers.contains("HX-Request")) {
      // A redirect would be followed silently and put the sign-in page into a fragment.
      http::Response response = http::empty_response(401);
      response.headers.set("HX-Redirect", "/login");
      co_return response;
    }
    if (!visitor) {
      const bool returnable = request.method == "GET" && request.path != "/";
      co_return http::redirect(returnable ? "/login?next=" + http::url_encode(request.target) : "/login");
    }
    co_return co_await handler(request, *std::move(visitor));
  };
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
