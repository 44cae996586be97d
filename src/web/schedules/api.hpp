#pragma once

#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class SchedulesApi {
 public:
  SchedulesApi(http::Router& router, Guard& guard, const runtime::Clock& clock);

 private:
  Task<http::Response> preview(http::Request& request, Visitor visitor);

  const runtime::Clock& clock_;
};

}  // namespace holdfast::web
