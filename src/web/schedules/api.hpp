#pragma once

#include "fleet/schedules/schedule_sets.hpp"
#include "fleet/schedules/schedules.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class SchedulesApi {
 public:
  SchedulesApi(http::Router& router, Guard& guard, const runtime::Clock& clock, fleet::Schedules& schedules,
               fleet::ScheduleSets& sets);

 private:
  Task<http::Response> preview(http::Request& request, Visitor visitor);
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> run(http::Request& request, Visitor visitor);
  Task<http::Response> of_host(http::Request& request, Visitor visitor);

  const runtime::Clock& clock_;
  fleet::Schedules& schedules_;
  fleet::ScheduleSets& sets_;
};

}  // namespace holdfast::web
