#pragma once

#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {

// GET /ui/stream, and GET /ui/now for browsers that cannot have a stream.
class LiveRoutes {
 public:
  LiveRoutes(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::StreamResponse> open(http::Request& request, Visitor visitor);
  Task<http::Response> now(http::Request& request, Visitor visitor);

  Guard& guard_;
  Shell& shell_;
};

}  // namespace holdfast::web
