#pragma once

#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "web/web.hpp"

namespace holdfast::web {

// One thing done to many hosts.
class BulkApi {
 public:
  BulkApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> run(http::Request& request, Visitor visitor);

  Parts& parts_;
};

}  // namespace holdfast::web
