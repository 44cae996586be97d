#include "hosts/pings_api.hpp"
#include "kit/answers.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kMaxPing = 100 * 1024;  // bytes of what a script says of its run

// Their addresses carry a key: whoever logs them logs the pattern.
http::RouteOptions ping_options() {
  return {.max_body = kMaxPing, .max_unpacked = kMaxPing, .secret_path = true};
}

}  // namespace

PingsApi::PingsApi(http::Router& router, Guard& guard, fleet::Pings& pings) : guard_(guard), pings_(pings) {
  for (const auto* pattern : {"/api/v1/ping/{key}/{first}", "/api/v1/ping/{key}/{first}/{second}", "/ping/{key}",
                              "/ping/{key}/{first}", "/ping/{key}/{first}/{second}"}) {
    for (const auto* method : {"GET", "POST"})
      router.add(method, pattern, [this](http::Request& request) { return ping(request); }, ping_options());
  }
}

Task<http::Response> PingsApi::ping(http::Request& request) {
  if (bearer_of(request)) co_return co_await guard_.refuse_key(request);
  fleet::PingCall call;
  for (const auto* name : {"first", "second"}) {
    if (const auto part = request.parameter(name); !part.empty()) call.parts.emplace_back(part);
  }
  call.body = std::move(request.body);
  const auto pinged = co_await pings_.ping(std::string(request.parameter("key")), std::move(call), request.peer);
  co_return pinged ? http::text_response(200, "OK\n") : error_response(pinged.error());
}

}  // namespace holdfast::web
