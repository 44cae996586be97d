#pragma once

#include <string>
#include <vector>

#include "hosts/limits/limits_view.hpp"
#include "kit/shell/shell_view.hpp"

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
  bool insecure = false;  // not TLS and not loopback
  std::size_t customer_keys = 0;
  std::size_t customers = 0;
  std::vector<LimitRow> limits;
  bool short_silence = false;  // agents report less often than the limit for silence allows
  std::vector<TagLimits> tag_limits;
  LimitsForm tag_form;  // POST /settings/tag-limits
  std::vector<Fact> retention;
};

}  // namespace holdfast::web::views
