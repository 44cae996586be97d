#pragma once

#include "fleet/jobs/jobs.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

class JobsApi {
 public:
  JobsApi(http::Router& router, Guard& guard, fleet::Jobs& jobs);

 private:
  Task<http::Response> start(http::Request& request, Visitor visitor);
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> log(http::Request& request, Visitor visitor);
  Task<http::Response> cancel(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);

  fleet::Jobs& jobs_;
};

}  // namespace holdfast::web
