#pragma once

#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

// One thing done to many hosts.
class BulkApi {
 public:
  BulkApi(http::Router& router, Guard& guard, fleet::Jobs& jobs, fleet::Hosts& hosts);

 private:
  Task<http::Response> run(http::Request& request, Visitor visitor);

  fleet::Jobs& jobs_;
  fleet::Hosts& hosts_;
};

}  // namespace holdfast::web
