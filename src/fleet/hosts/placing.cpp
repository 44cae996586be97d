#include "hosts/placing.hpp"

#include <fmt/format.h>

#include "new_id.hpp"
#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/report_places.hpp"

namespace holdfast::fleet {

using core::ErrorKind;
using core::fail;
using core::Result;

Result<Place> Placing::place(const std::string& slug, const std::string& host) {
  if (auto known = store::find_reporting_host(tx_, slug, host.empty() ? slug : host); known && may_send_for(*known))
    return Place{known->customer, slug, *std::move(known)};
  if (auto found = find_customer(slug); !found) return std::unexpected(found.error());
  if (auto found = find_host(host.empty() ? place_.customer_slug : host); !found) return std::unexpected(found.error());
  return std::move(place_);
}

bool Placing::may_send_for(const core::Host& host) const {
  const auto& bound = context_.sender.scope.customer;
  return !bound || *bound == host.customer;
}

Result<> Placing::find_customer(const std::string& slug) {
  const auto& bound = context_.sender.scope.customer;
  auto customer = bound ? store::find_customer(tx_, *bound) : store::find_customer_by_slug(tx_, slug);
  if (bound && (!customer || (!slug.empty() && customer->slug != slug)))
    return fail(ErrorKind::Forbidden, "other_customer", "This key belongs to another customer than customer_id names.");
  if (!customer) return make_customer(slug);
  place_.customer = customer->id;
  place_.customer_slug = std::move(customer->slug);
  return {};
}

Result<> Placing::make_customer(const std::string& slug) {
  if (store::count_customers(tx_) >= kMaxReportedCustomers) {
    return fail(ErrorKind::TooMany, "too_many_customers",
                fmt::format("There are {} customers already, and reports create no more: add this one in the pages.",
                            kMaxReportedCustomers));
  }
  place_.customer = new_id<core::CustomerId>(context_.now);
  place_.customer_slug = slug;
  place_.new_customer = true;
  store::add_customer(tx_, {place_.customer, slug, slug, context_.now});
  audit("customer.add", place_.customer.text(), slug);
  return {};
}

Result<> Placing::find_host(const std::string& name) {
  if (auto host = store::find_host_by_report_name(tx_, place_.customer, name)) {
    place_.host = *std::move(host);
    return {};
  }
  if (auto host = store::find_host_to_adopt(tx_, place_.customer, name)) {
    place_.host = *std::move(host);
    audit("host.adopt", place_.host.id.text(), name);
  } else if (auto made = make_host(name); !made) {
    return made;
  }
  store::set_report_name(tx_, place_.host.id, name);
  return {};
}

Result<> Placing::make_host(const std::string& name) {
  if (store::count_hosts_of(tx_, place_.customer) >= context_.max_hosts) {
    return fail(ErrorKind::TooMany, "too_many_hosts",
                fmt::format("The customer {} has {} hosts already, and reports create no more: remove some first, or "
                            "raise api.max_hosts_per_customer.",
                            place_.customer_slug, context_.max_hosts));
  }
  place_.host = {};
  place_.host.id = new_id<core::HostId>(context_.now);
  place_.host.customer = place_.customer;
  place_.host.name = name;
  place_.host.enrolled = false;
  place_.host.created_at = context_.now;
  place_.new_host = true;
  store::add_host(tx_, place_.host);
  audit("host.add", place_.host.id.text(), name);
  return {};
}

void Placing::audit(std::string_view action, const std::string& object, const std::string& detail) {
  store::add_audit(tx_, {context_.now, context_.sender.name, std::string(action), object, detail, context_.address});
}

}  // namespace holdfast::fleet
