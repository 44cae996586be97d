#pragma once

#include "fleet/live/live.hpp"
#include "kit/guard.hpp"
#include "kit/live/live_fragments.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {

// GET /ui/stream, and GET /ui/now for browsers that cannot have a stream.
class LiveRoutes {
 public:
  LiveRoutes(http::Router& router, Guard& guard, Shell& shell, fleet::Live& live, LiveFragments::Parts parts);

 private:
  Task<http::StreamResponse> open(http::Request& request, Visitor visitor);
  Task<http::Response> now(http::Request& request, Visitor visitor);

  Guard& guard_;
  Shell& shell_;
  fleet::Live& live_;
  LiveFragments::Parts parts_;
};

}  // namespace holdfast::web
