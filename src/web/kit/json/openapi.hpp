#pragma once

#include "http/server/router.hpp"

namespace holdfast::web {

// GET /api/openapi.json
void add_openapi_route(http::Router& router);

}  // namespace holdfast::web
