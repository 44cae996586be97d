#pragma once

#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {

class SettingsPages {
 public:
  SettingsPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> set_tag_limits(http::Request& request, Visitor visitor);
  Task<http::Response> page(http::Request& request, Visitor visitor, const core::Error* error);
  Task<http::Response> confirm_clock(http::Request& request, Visitor visitor);

  Shell& shell_;
};

}  // namespace holdfast::web
