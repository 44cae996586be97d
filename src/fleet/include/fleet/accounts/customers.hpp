#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/accounts/customer.hpp"
#include "core/error.hpp"
#include "core/hosts/fleet.hpp"
#include "core/hosts/host.hpp"
#include "core/ids.hpp"
#include "core/reports/report_state.hpp"
#include "fleet/accounts/actor.hpp"
#include "fleet/accounts/key_ring.hpp"
#include "fleet/accounts/scope.hpp"
#include "fleet/live/live.hpp"
#include "fleet/live/unit.hpp"
#include "fleet/live/watch.hpp"
#include "fleet/store.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Customers as people see and change them.
namespace holdfast::fleet {

using runtime::Task;

inline constexpr std::chrono::hours kKeyOverlap{24};
inline constexpr std::size_t kMaxKeys = 20;          // of one customer, ended ones aside
inline constexpr std::size_t kMaxHeartbeats = 1000;  // of one customer
inline constexpr std::chrono::days kLongestHeartbeat{366};

struct MadeKey {
  core::CustomerKeyId id;
  std::string key;  // "hfk_…", "hfp_…" or a UUID, shown once
  std::string hint;
  core::KeyKind kind = core::KeyKind::Report;
};

struct CustomerDetail {
  core::CustomerRow row;
  std::string notes;
  std::optional<core::Refusal> refusal;  // the last report that was refused, where its host is not known
  std::vector<core::CustomerKey> keys;   // hashes cleared; ended ones are left out
};

// A page of all customers that match, with `after` of the other pages; empty where there is none, or it is the first.
struct CustomerListPage {
  std::vector<core::CustomerRow> rows;
  std::size_t before = 0;  // so many come before those
  std::size_t total = 0;
  std::string previous;
  std::string next;
  std::string last;
};

// Lives on the loop's thread.
class Customers {
 public:
  Customers(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch, KeyRing& keys)
      : database_(database), clock_(clock), units_(database, clock, live, watch), keys_(keys) {}

  Task<std::vector<core::CustomerRow>> list(core::CustomerQuery query);
  // Worst first, with where the page lies.
  Task<CustomerListPage> page(core::CustomerQuery query);
  // By id or slug. NotFound for those out of scope, too.
  Task<core::Result<CustomerDetail>> find(std::string id_or_slug, Scope scope = {});
  // Conflict when the slug is taken.
  Task<core::Result<core::CustomerId>> add(std::string slug, std::string name, Actor actor);
  Task<core::Result<>> change(core::CustomerId id, std::string name, std::string notes, Actor actor);
  // Conflict while it has hosts or repositories, and for the default customer.
  Task<core::Result<>> remove(core::CustomerId id, Actor actor);
  // Pauses all its hosts; `pause` empty: goes on. Its `by` and `since` are filled in here; Invalid when `until` is not
  // ahead.
  Task<core::Result<>> pause(core::CustomerId id, std::optional<core::Pause> pause, Actor actor);

  Task<core::Result<MadeKey>> make_key(core::CustomerId id, Actor actor);
  // A key for addresses, which can only ping: any host of the customer. It begins with hfp_.
  Task<core::Result<MadeKey>> make_ping_key(core::CustomerId id, Actor actor);
  // One that pings the host of that name, in the form of Healthchecks: a UUID. Invalid when `every` is above a year.
  Task<core::Result<MadeKey>> make_heartbeat(core::CustomerId id, std::string host_name, std::chrono::seconds every,
                                             Actor actor);
  // A new key for reports; the others of the customer end after kKeyOverlap.
  Task<core::Result<MadeKey>> rotate_key(core::CustomerId id, Actor actor);
  // At once.
  Task<core::Result<>> revoke_key(core::CustomerId customer, core::CustomerKeyId id, Actor actor);

 private:
  Task<core::Result<MadeKey>> add_key(core::CustomerKey key, std::string token, bool others_end, Actor actor);

  store::Database& database_;
  const runtime::Clock& clock_;
  Units units_;
  KeyRing& keys_;
};

}  // namespace holdfast::fleet
