#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/hosts/host.hpp"
#include "fleet/reports/reports.hpp"
#include "store/accounts/customers.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {

// Where a report or a ping belongs, and what was made for it.
struct Place {
  core::CustomerId customer;
  std::string customer_slug;
  core::Host host;
  bool new_customer = false;
  bool new_host = false;
};

// Finds or makes customer and host of what came over the API, in one transaction.
class Placing {
 public:
  struct Context {
    const KeyHolder& sender;
    const std::string& address;
    core::Time now;
    std::size_t max_hosts;  // of one customer
  };

  Placing(store::Transaction& tx, Context context) : tx_(tx), context_(context) {}

  // `slug`: the customer; empty: that of the key. `host`: as it calls itself; empty: like its customer. Forbidden for a
  // key of another customer, TooMany where it would make one host or customer too many.
  core::Result<Place> place(const std::string& slug, const std::string& host);

 private:
  bool may_send_for(const core::Host& host) const;
  core::Result<> find_customer(const std::string& slug);
  core::Result<> make_customer(const std::string& slug);
  core::Result<> find_host(const std::string& name);
  core::Result<> make_host(const std::string& name);
  void audit(std::string_view action, const std::string& object, const std::string& detail);

  store::Transaction& tx_;
  const Context context_;
  Place place_;
};

}  // namespace holdfast::fleet
