#pragma once

#include <string>
#include <vector>

#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

struct ManualPart {
  std::string name;  // "Guide"
  std::vector<Tab> chapters;
};

// GET /manual/{section}/{chapter}
struct ManualPage {
  Page page;
  std::string section;
  std::string title;
  SafeHtml text;
  std::vector<ManualPart> parts;
};

}  // namespace holdfast::web::views
