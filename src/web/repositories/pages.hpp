#pragma once

#include "fleet/agents/agents.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"
#include "fleet/rows.hpp"
#include "kit/guard.hpp"
#include "kit/parts.hpp"
#include "kit/shell/shell.hpp"
#include "repositories/view.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::web {

class RepositoryPages {
 public:
  RepositoryPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                  fleet::Repositories& repositories, fleet::RepositoryChecks& checks, fleet::Hosts& hosts,
                  fleet::Jobs& jobs, fleet::Agents& agents, RowContexts& row_contexts);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show_new(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> test(http::Request& request, Visitor visitor);
  Task<http::Response> save(http::Request& request, Visitor visitor, std::optional<core::RepositoryId> id);
  // The form once more, with what was typed and what is wrong with it.
  Task<http::Response> again(http::Request& request, Visitor visitor, core::Error error, std::string field);
  // The page of one repository; `form` is what was typed before, if anything.
  Task<http::Response> page(http::Request& request, Visitor visitor, int status,
                            std::optional<views::RepositoryForm> form, views::FieldErrors errors);

  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Repositories& repositories_;
  fleet::RepositoryChecks& checks_;
  fleet::Hosts& hosts_;
  fleet::Jobs& jobs_;
  fleet::Agents& agents_;
  RowContexts& row_contexts_;
};

}  // namespace holdfast::web
