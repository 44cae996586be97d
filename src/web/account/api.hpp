#pragma once

#include "fleet/accounts/accounts.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

class SessionApi {
 public:
  SessionApi(http::Router& router, Guard& guard, fleet::Accounts& accounts);

 private:
  Task<http::Response> set_up(http::Request& request);
  Task<http::Response> sign_in(http::Request& request);
  Task<http::Response> sign_out(http::Request& request);
  Task<http::Response> change_password(http::Request& request, Visitor visitor);
  Task<http::Response> signed_in(const http::Request& request, core::Result<fleet::SignedIn> result);

  Guard& guard_;
  fleet::Accounts& accounts_;
};

}  // namespace holdfast::web
