#pragma once

#include "fleet/accounts/customers.hpp"
#include "fleet/hosts/hosts.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

// Limits of hosts, customers and tags.
class LimitsApi {
 public:
  LimitsApi(http::Router& router, Guard& guard, fleet::Hosts& hosts, fleet::Customers& customers);

 private:
  Task<http::Response> of_host(http::Request& request, Visitor visitor);
  Task<http::Response> set_for_host(http::Request& request, Visitor visitor);
  Task<http::Response> of_customer(http::Request& request, Visitor visitor);
  Task<http::Response> set_for_customer(http::Request& request, Visitor visitor);
  Task<http::Response> of_tags(http::Request& request, Visitor visitor);
  Task<http::Response> set_for_tag(http::Request& request, Visitor visitor);

  fleet::Hosts& hosts_;
  fleet::Customers& customers_;
};

}  // namespace holdfast::web
