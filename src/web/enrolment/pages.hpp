#pragma once

#include "enrolment/view.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "kit/guard.hpp"
#include "kit/one_time.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"
#include "web/settings.hpp"

namespace holdfast::web {

class EnrolmentPages {
 public:
  EnrolmentPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                 fleet::Enrolment& enrolment, fleet::Hosts& hosts, const Settings& settings);

 private:
  Task<http::Response> show_add(http::Request& request, Visitor visitor);
  Task<http::Response> make_token(http::Request& request, Visitor visitor);
  Task<http::Response> make_host_token(http::Request& request, Visitor visitor);
  Task<http::Response> revoke_token(http::Request& request, Visitor visitor);
  Task<http::Response> show_pending(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);
  Task<http::Response> reject(http::Request& request, Visitor visitor);

  Task<http::Response> add_hosts_page(http::Request& request, Visitor visitor, std::optional<views::MintedToken> token);
  Task<http::Response> token_page(http::Request& request, Visitor visitor, std::optional<core::HostId> host);
  Task<http::Response> pending_page(http::Request& request, Visitor visitor, int status,
                                    std::optional<views::ComparePanel> compare);

  Guard& guard_;
  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Enrolment& enrolment_;
  fleet::Hosts& hosts_;
  const Settings& settings_;
  OneTime<views::MintedToken> minted_tokens_;
};

}  // namespace holdfast::web
