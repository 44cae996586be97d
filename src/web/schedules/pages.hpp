#pragma once

#include <optional>

#include "fleet/accounts/customers.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/schedules/schedules.hpp"
#include "http/message.hpp"
#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"
#include "schedules/view.hpp"

namespace holdfast::web {

class SchedulePages {
 public:
  SchedulePages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                fleet::Schedules& schedules, fleet::Repositories& repositories, fleet::Customers& customers);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show_new(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> run(http::Request& request, Visitor visitor);
  Task<http::Response> set_enabled(http::Request& request, Visitor visitor);
  // The page of one schedule, or of a new one; `typed` is what was sent and refused.
  struct Refused {
    http::Form form;
    core::Error error;
  };
  Task<http::Response> page(http::Request& request, Visitor visitor, std::optional<Refused> refused);
  Task<http::Response> save(http::Request& request, Visitor visitor, std::optional<core::ScheduleId> id);

  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Schedules& schedules_;
  fleet::Repositories& repositories_;
  fleet::Customers& customers_;
};

}  // namespace holdfast::web
