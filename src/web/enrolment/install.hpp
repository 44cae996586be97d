#pragma once

#include "fleet/enrolment/enrolment.hpp"
#include "http/server/rate_limit.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "runtime/async/clock.hpp"
#include "web/settings.hpp"

namespace holdfast::web {

// GET /install.sh, the script that installs an agent, and what it fetches: whoever has an enrolment token is given the
// agent that lies beside the hub.
class InstallRoutes {
 public:
  InstallRoutes(http::Router& router, const runtime::Clock& clock, fleet::Enrolment& enrolment,
                const Settings& settings);

 private:
  runtime::Task<http::Response> agent(http::Request& request);
  runtime::Task<http::Response> unit(http::Request& request);
  runtime::Task<std::optional<http::Response>> refusal(http::Request& request);

  const runtime::Clock& clock_;
  fleet::Enrolment& enrolment_;
  const Settings& settings_;
  http::RateLimit attempts_;
};

// What to run on a machine, as root: installs, enrols and starts the agent where the hub has one to hand out, else
// enrols and starts the one that is there.
std::string install_command(const Settings& settings, std::string_view base_url, std::string_view token);

}  // namespace holdfast::web
