#pragma once

#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {

// The manual of this version, for who is signed in.
class ManualPages {
 public:
  ManualPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> begin(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);

  Shell& shell_;
};

}  // namespace holdfast::web
