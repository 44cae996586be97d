#pragma once

#include "fleet/hosts/hosts.hpp"
#include "fleet/repositories/repositories.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

// What a host backs up, and where to.
class PlansApi {
 public:
  PlansApi(http::Router& router, Guard& guard, fleet::Hosts& hosts, fleet::Repositories& repositories);

 private:
  Task<http::Response> list_groups(http::Request& request, Visitor visitor);
  Task<http::Response> add_group(http::Request& request, Visitor visitor);
  Task<http::Response> change_group(http::Request& request, Visitor visitor);
  Task<http::Response> remove_group(http::Request& request, Visitor visitor);
  Task<http::Response> link(http::Request& request, Visitor visitor);
  Task<http::Response> unlink(http::Request& request, Visitor visitor);

  fleet::Hosts& hosts_;
  fleet::Repositories& repositories_;
};

}  // namespace holdfast::web
