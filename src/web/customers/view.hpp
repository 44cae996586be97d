#pragma once

#include <string>
#include <vector>

#include "fleet/view.hpp"
#include "hosts/view.hpp"

namespace holdfast::web::views {

// One row of the list of customers.
struct CustomerRow {
  std::string name;
  std::string slug;
  Url link;
  HostStatus status = HostStatus::Waiting;  // the worst of its hosts
  Pulse hosts;
  std::string reason;  // "2 down, 1 warning"
  std::size_t keys = 0;
  std::optional<core::Time> last_report;
  core::Time now;
  std::optional<PauseState> pause = {};
};

// POST /customers: name, slug.
struct CustomerForm {
  std::string name;
  std::string slug;
  FieldErrors errors;  // fields: name, slug
  bool open = false;   // after a failed POST
};

// GET /customers?q=&worst=&after=
struct CustomersPage {
  Page page;
  std::string query;
  std::vector<Tab> filters;
  std::vector<CustomerRow> customers;
  bool filtered = false;
  Url all;
  Pager pager;
  CustomerForm form;
  std::optional<Failure> failure;
};

struct CustomerKeyRow {
  std::string id;
  std::string hint;  // its last four characters
  std::string created_by;
  core::Time created_at;
  std::optional<core::Time> expires_at;
  std::optional<core::Time> last_used_at;
  std::string use = {};  // "only pings", "heartbeat of nas"; empty: reports and the API
};

// A key that was just made; it is shown this once.
struct MintedKey {
  CodeBox key;
  CodeBox example;  // a command that sends a first report with it
};

// POST /customers/{slug}/keys; …/keys/rotate; …/keys/{id}/revoke; …/ping-keys; …/heartbeats: host, every.
struct CustomerKeys {
  std::string slug;
  std::string name;
  std::vector<CustomerKeyRow> keys;
  std::optional<MintedKey> minted;
  bool fleet_wide_key = false;  // the hub has one key for all customers
  std::size_t hosts = 0;        // it has so many
  std::size_t max_hosts = 0;    // reports and pings make up to so many
  std::string host;             // as typed, of a heartbeat
  std::string every;
  FieldErrors errors;  // fields: heartbeat-host, heartbeat-every
  std::string error;   // of none
  core::Time now;
};

// GET /customers/{slug}; POST /customers/{slug}: name, notes; …/pause: until, reason; …/resume; …/delete: typed.
struct CustomerPage {
  Page page;
  std::string name;
  std::string slug;
  HostStatus status = HostStatus::Waiting;
  Pulse counts;
  PauseForm pause;
  LimitsForm limits;  // POST …/limits
  HostTable table;
  Url fleet;  // its hosts in the fleet
  CustomerKeys keys;
  bool is_default = false;  // the one of hosts without a customer: it cannot be deleted
  RefusedReport refusal;    // the last report that was refused, where its host is not known
  core::Time now;
  FieldErrors errors;        // fields: name, notes, typed
  std::string edited_name;   // as typed
  std::string edited_notes;  // as typed
};

}  // namespace holdfast::web::views
