#pragma once

#include <string>

#include "core/error.hpp"
#include "fleet/accounts/key_ring.hpp"
#include "fleet/accounts/scope.hpp"
#include "fleet/accounts/throttle.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// Who may send reports.
namespace holdfast::fleet {

using runtime::Task;

struct KeyHolder {
  Scope scope;
  std::string name;  // for the audit log: "key …abcd of acme", "report API key"
};

// Lives on the loop's thread.
class ReportKeys {
 public:
  // `api_key`: api.report_api_key, for every customer; may be empty.
  ReportKeys(const runtime::Clock& clock, KeyRing& keys, const std::string& api_key);

  // Whose key this is. Unauthorized, or TooMany after repeated failures from that address. Comparison takes the same
  // time whatever is wrong; the key is never logged.
  Task<core::Result<KeyHolder>> authenticate(std::string key, std::string address);

 private:
  const runtime::Clock& clock_;
  KeyRing& keys_;
  std::size_t api_key_size_;
  std::string api_key_hash_;
  Throttle failures_by_network_;
};

}  // namespace holdfast::fleet
