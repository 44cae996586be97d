#pragma once

#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {

// GET /ui/palette
class PaletteRoutes {
 public:
  PaletteRoutes(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> find(http::Request& request, Visitor visitor);

  Shell& shell_;
};

}  // namespace holdfast::web
