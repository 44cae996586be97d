#pragma once

#include <string>
#include <vector>

#include "views/shell.hpp"

namespace holdfast::web::views {

// A threshold of the status of hosts.
struct LimitRow {
  std::string what;  // "Last report"
  std::string ok;
  std::string warning;
  std::string down;
};

// GET /settings. What the configuration file or the environment fixes is read only, and says so.
struct SettingsPage {
  Page page;
  bool fleet_wide_key = false;
  std::size_t customer_keys = 0;
  std::size_t customers = 0;
  std::vector<LimitRow> limits;
  std::vector<Fact> retention;
};

}  // namespace holdfast::web::views
