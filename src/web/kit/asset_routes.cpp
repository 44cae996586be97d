#include "kit/asset_routes.hpp"

#include "kit/answers.hpp"
#include "kit/render/assets.hpp"

namespace holdfast::web {

void add_asset_routes(http::Router& router) {
  router.add("GET", "/assets/{name}", [](http::Request& request) -> runtime::Task<http::Response> {
    http::Response response;
    const Asset* asset = find_asset(request.path);
    if (!asset) {
      response = http::text_response(404, "There is no such file.\n");
      co_return response;
    }
    response = asset_answer(request, *asset);
    response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    co_return response;
  });
}

}  // namespace holdfast::web
