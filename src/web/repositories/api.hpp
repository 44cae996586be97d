#pragma once

#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

class RepositoriesApi {
 public:
  RepositoriesApi(http::Router& router, Guard& guard, fleet::Repositories& repositories,
                  fleet::RepositoryChecks& checks);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> test(http::Request& request, Visitor visitor);
  Task<http::Response> show_test(http::Request& request, Visitor visitor);

  fleet::Repositories& repositories_;
  fleet::RepositoryChecks& checks_;
};

}  // namespace holdfast::web
