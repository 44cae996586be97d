#pragma once

#include "fleet/accounts/customers.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/repositories/repositories.hpp"
#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

// GET /ui/palette
class PaletteRoutes {
 public:
  PaletteRoutes(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock, fleet::Hosts& hosts,
                fleet::Customers& customers, fleet::Jobs& jobs, fleet::Repositories& repositories);

 private:
  Task<http::Response> find(http::Request& request, Visitor visitor);

  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Hosts& hosts_;
  fleet::Customers& customers_;
  fleet::Jobs& jobs_;
  fleet::Repositories& repositories_;
};

}  // namespace holdfast::web
