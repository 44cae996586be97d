#pragma once

#include "fleet/accounts/accounts.hpp"
#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class AccountPages {
 public:
  AccountPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
               fleet::Accounts& accounts);

 private:
  Task<http::Response> show_setup(http::Request& request);
  Task<http::Response> set_up(http::Request& request);
  Task<http::Response> show_login(http::Request& request);
  Task<http::Response> sign_in(http::Request& request);
  Task<http::Response> sign_out(http::Request& request);
  Task<http::Response> set_theme(http::Request& request);
  Task<http::Response> show_account(http::Request& request, Visitor visitor);
  Task<http::Response> change_password(http::Request& request, Visitor visitor);
  Task<http::Response> account_page(http::Request& request, Visitor visitor, std::optional<core::Error> problem);

  Guard& guard_;
  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Accounts& accounts_;
};

}  // namespace holdfast::web
