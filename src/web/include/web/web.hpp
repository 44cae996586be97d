#pragma once

#include <memory>

#include "fleet/use_cases.hpp"
#include "http/server/router.hpp"
#include "runtime/async/clock.hpp"
#include "web/settings.hpp"

// Everything the hub answers over HTTP: the JSON API, the agents' WebSocket, the pages.
namespace holdfast::web {

// Adds all routes to a router. Lives as long as the router answers.
class Web {
 public:
  // Each handler gets what it needs of these, which outlive it.
  Web(http::Router& router, runtime::Loop& loop, const runtime::Clock& clock, fleet::UseCases& fleet,
      Settings settings);
  ~Web();
  Web(const Web&) = delete;
  Web& operator=(const Web&) = delete;

 private:
  struct Handlers;
  std::unique_ptr<Handlers> handlers_;
};

}  // namespace holdfast::web
