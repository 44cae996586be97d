#pragma once

#include "customers/view.hpp"
#include "fleet/accounts/customers.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/reports/reports.hpp"
#include "fleet/rows.hpp"
#include "kit/guard.hpp"
#include "kit/one_time.hpp"
#include "kit/parts.hpp"
#include "kit/shell/shell.hpp"
#include "runtime/async/clock.hpp"
#include "web/settings.hpp"

namespace holdfast::web {

class CustomerPages {
 public:
  CustomerPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                fleet::Customers& customers, fleet::Hosts& hosts, fleet::Reports& reports, const Settings& settings,
                RowContexts& row_contexts);

 private:
  struct Problem {
    int status = 200;
    views::FieldErrors errors;
    std::string keys;
    std::string limits;
    std::optional<http::Form> typed;
    std::optional<fleet::MadeKey> made;
  };
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> make_key(http::Request& request, Visitor visitor);
  Task<http::Response> rotate_key(http::Request& request, Visitor visitor);
  Task<http::Response> make_ping_key(http::Request& request, Visitor visitor);
  Task<http::Response> make_heartbeat(http::Request& request, Visitor visitor);
  Task<http::Response> revoke_key(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);
  Task<http::Response> set_limits(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);

  Task<http::Response> list_page(http::Request& request, Visitor visitor, int status, views::CustomerForm form);
  Task<http::Response> page(http::Request& request, Visitor visitor, Problem problem);
  Task<http::Response> page_with(http::Request& request, Visitor visitor, core::Error error, std::string field);
  using MakeKey = Task<core::Result<fleet::MadeKey>> (fleet::Customers::*)(core::CustomerId, fleet::Actor);
  Task<http::Response> make_key_by(http::Request& request, Visitor visitor, MakeKey make);
  // To the page with a key that was just made, or the page with why it was not.
  Task<http::Response> page_with_key(http::Request& request, Visitor visitor, core::Result<fleet::MadeKey> made);

  Guard& guard_;
  Shell& shell_;
  const runtime::Clock& clock_;
  fleet::Customers& customers_;
  fleet::Hosts& hosts_;
  fleet::Reports& reports_;
  const Settings& settings_;
  RowContexts& row_contexts_;
  OneTime<fleet::MadeKey> made_keys_;
};

}  // namespace holdfast::web
