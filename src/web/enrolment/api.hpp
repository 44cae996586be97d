#pragma once

#include "fleet/enrolment/enrolment.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "web/settings.hpp"

namespace holdfast::web {

class EnrolmentApi {
 public:
  EnrolmentApi(http::Router& router, Guard& guard, fleet::Enrolment& enrolment, const Settings& settings);

 private:
  Task<http::Response> make_token(http::Request& request, Visitor visitor);
  Task<http::Response> tokens(http::Request& request, Visitor visitor);
  Task<http::Response> remove_token(http::Request& request, Visitor visitor);
  Task<http::Response> pending(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);
  Task<http::Response> reject(http::Request& request, Visitor visitor);

  Guard& guard_;
  fleet::Enrolment& enrolment_;
  const Settings& settings_;
};

// The command that enrols a host with a token.
std::string enrol_command(std::string_view base_url, std::string_view token);

}  // namespace holdfast::web
