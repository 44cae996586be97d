#pragma once

#include "fleet/accounts/customers.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/hosts/summary.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/reports/record_expiry.hpp"
#include "kit/guard.hpp"
#include "kit/shell/shell.hpp"
#include "web/settings.hpp"

namespace holdfast::web {

class SettingsPages {
 public:
  SettingsPages(http::Router& router, Guard& guard, Shell& shell, fleet::Hosts& hosts, fleet::Customers& customers,
                fleet::Summary& summary, const fleet::Watch& watch, fleet::RecordExpiry& record_expiry,
                const Settings& settings);

 private:
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> set_tag_limits(http::Request& request, Visitor visitor);
  Task<http::Response> page(http::Request& request, Visitor visitor, const core::Error* error);
  Task<http::Response> confirm_clock(http::Request& request, Visitor visitor);

  Shell& shell_;
  fleet::Hosts& hosts_;
  fleet::Customers& customers_;
  fleet::Summary& summary_;
  const fleet::Watch& watch_;
  fleet::RecordExpiry& record_expiry_;
  const Settings& settings_;
};

}  // namespace holdfast::web
