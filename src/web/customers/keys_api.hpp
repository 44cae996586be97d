#pragma once

#include "fleet/accounts/customers.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

// The keys of a customer.
class KeysApi {
 public:
  KeysApi(http::Router& router, Guard& guard, fleet::Customers& customers);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> make(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> make_ping_key(http::Request& request, Visitor visitor);
  Task<http::Response> make_heartbeat(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);

  fleet::Customers& customers_;
};

// How far apart pings are expected: "26h"; empty: as reports are.
core::Result<std::chrono::seconds> read_every(std::string_view text);

}  // namespace holdfast::web
