#pragma once

#include "fleet_world.hpp"
#include "web/web.hpp"

namespace holdfast::web {

// For tests: everything that the hub answers, over an empty database. Nothing listens.
struct WebFixture : fleet::World {
  http::Router router;
  Web web{router, loop, clock, *this, {}};
};

}  // namespace holdfast::web
