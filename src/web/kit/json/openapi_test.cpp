#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>
#include <string>

#include "kit/render/assets.hpp"
#include "kit/web_fixture.hpp"

namespace holdfast::web {
namespace {

namespace json = boost::json;

// "GET /api/v1/hosts", one for each operation.
std::set<std::string> described() {
  const json::value document = json::parse(asset_named("openapi.json").bytes);
  std::set<std::string> operations;
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [key, operation] : item.as_object()) {
      if (key == "parameters") continue;
      std::string method = key;
      std::ranges::transform(method, method.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      operations.insert(method + " " + std::string(path));
    }
  }
  return operations;
}

bool is_api(std::string_view pattern) {
  return pattern.starts_with("/api/") || pattern.starts_with("/ping/") || pattern == "/healthz" || pattern == "/readyz";
}

std::set<std::string> routed(const http::Router& router) {
  std::set<std::string> routes;
  for (const auto& route : router.routes()) {
    if (is_api(route.pattern)) routes.insert(route.method + " " + route.pattern);
  }
  return routes;
}

TEST(OpenApi, DescribesEveryRouteOfTheApiAndNoOther) {
  const WebFixture fixture;
  EXPECT_EQ(routed(fixture.router), described());
  EXPECT_GT(described().size(), 50U);
}

TEST(OpenApi, IsVersion31) {
  EXPECT_EQ(json::parse(asset_named("openapi.json").bytes).at("openapi").as_string(), "3.1.0");
}

}  // namespace
}  // namespace holdfast::web
