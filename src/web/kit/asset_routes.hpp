#pragma once

#include "http/server/router.hpp"

namespace holdfast::web {

// GET /assets/{name}
void add_asset_routes(http::Router& router);

}  // namespace holdfast::web
