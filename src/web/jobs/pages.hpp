#pragma once

#include "core/jobs/job_record.hpp"
#include "fleet/agents/agents.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "jobs/view.hpp"
#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {

class JobPages {
 public:
  JobPages(http::Router& router, Guard& guard, Shell& shell, fleet::Jobs& jobs, fleet::Hosts& hosts,
           fleet::Agents& agents);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<void> list_ended(views::JobsPage& page, core::JobFilter filter);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> older_log(http::Request& request, Visitor visitor);
  Task<http::Response> download_log(http::Request& request, Visitor visitor);
  Task<http::Response> cancel(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);
  Task<http::Response> retry(http::Request& request, Visitor visitor);

  Shell& shell_;
  fleet::Jobs& jobs_;
  fleet::Hosts& hosts_;
  fleet::Agents& agents_;
};

}  // namespace holdfast::web
