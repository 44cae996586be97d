#pragma once

#include "fleet/hosts/pings.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

// Hosts that can only call an address, which holds their key.
class PingsApi {
 public:
  PingsApi(http::Router& router, Guard& guard, fleet::Pings& pings);

 private:
  Task<http::Response> ping(http::Request& request);

  Guard& guard_;
  fleet::Pings& pings_;
};

}  // namespace holdfast::web
