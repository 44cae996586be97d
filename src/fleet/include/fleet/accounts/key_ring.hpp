#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/accounts/customer.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "fleet/store.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::fleet {

using runtime::Task;

// The keys of all customers in memory, so that a report is let in without asking the database. Lives on the loop's
// thread.
class KeyRing {
 public:
  struct Key {
    core::CustomerKeyId id;
    core::CustomerId customer;
    std::string customer_slug;
    std::string hint;  // the last characters of the key
    std::optional<core::Time> expires_at;
    core::KeyKind kind = core::KeyKind::Report;
    std::string host_name = {};  // of a heartbeat
    std::chrono::seconds every{0};
  };

  explicit KeyRing(store::Database& database) : database_(database) {}

  // Reads them all: before the first report.
  Task<> load();
  // After a change of this customer's keys.
  Task<> reload(core::CustomerId customer);
  // After it was removed from the database: ends at once, whatever a reload that is under way has read.
  void remove(const core::CustomerKeyId& id);

  // Whose key has this hash, whatever its kind; nothing when it is unknown or has ended. Remembers that it was used.
  std::optional<Key> use(std::string_view token_hash, core::Time now);
  // Writes when each was last used, for those used since the last call: once a minute and at the end.
  Task<> save_last_used();
  // When it was last used, where the database does not know that yet.
  std::optional<core::Time> last_used(const core::CustomerKeyId& id) const;

 private:
  void add(const core::CustomerKey& key, const std::string& customer_slug);

  store::Database& database_;
  // Reloads are numbered as they begin. One that began before what is settled reads again.
  std::uint64_t last_begun_ = 0;
  std::uint64_t settled_ = 0;
  std::unordered_map<std::string, Key> keys_;  // by hash
  std::unordered_map<core::CustomerKeyId, core::Time> unsaved_;
};

}  // namespace holdfast::fleet
