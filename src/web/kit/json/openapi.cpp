#include "kit/json/openapi.hpp"
#include "kit/answers.hpp"
#include "kit/render/assets.hpp"

namespace holdfast::web {

void add_openapi_route(http::Router& router) {
  router.add("GET", "/api/openapi.json", [](http::Request& request) -> runtime::Task<http::Response> {
    co_return asset_answer(request, asset_named("openapi.json"));
  });
}

}  // namespace holdfast::web
