#pragma once

#include <string>
#include <unordered_map>

#include "core/error.hpp"
#include "core/reports/report_state.hpp"
#include "fleet/accounts/report_keys.hpp"
#include "fleet/live/unit.hpp"
#include "runtime/async/clock.hpp"

namespace holdfast::fleet {

// Remembers why reports were refused, with their host, or else with their customer. Lives on the loop's thread.
class RefusedReports {
 public:
  // Whose a report that is refused seems to be.
  struct Whose {
    std::string customer;
    std::string host;
    std::string address;
  };

  RefusedReports(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch)
      : clock_(clock), units_(database, clock, live, watch) {}

  Task<> note(KeyHolder sender, Whose whose, core::Error error);

 private:
  bool is_noted(const std::string& sender, const std::string& why);

  const runtime::Clock& clock_;
  Units units_;
  std::unordered_map<std::string, core::Refusal> noted_;
};

}  // namespace holdfast::fleet
