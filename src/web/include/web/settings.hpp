#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::web {

// What the configuration of the hub says of its pages and its API.
struct Settings {
  std::vector<std::string> public_urls;  // "https://hub.example", the first for links; none: as the browser says
  bool auth_disabled = false;            // everybody is the administrator, and every page says so
  std::string version;
  bool fleet_wide_key = false;               // api.report_api_key is set
  std::filesystem::path agent_program = {};  // that the hub hands out to who has a token; empty or missing: none
};

}  // namespace holdfast::web
