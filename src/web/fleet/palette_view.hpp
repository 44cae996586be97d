#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "kit/parts.hpp"

namespace holdfast::web::views {

enum class PaletteIcon { Down, Warning, Waiting, Paused, Ok, Job, Customer, Repository, Page, BackUp, Add, Settings };

// One line of the palette. With an action it changes something: it is asked a second time, and sent by POST.
struct PaletteItem {
  PaletteIcon icon = PaletteIcon::Page;
  std::string text;  // "Back up pg-primary now"
  std::string hint;  // "Last backup 31 h ago"
  Url link;
  Url action;
  std::optional<core::Time> at = std::nullopt;  // behind the text
};

struct PaletteGroup {
  std::string title;  // "Hosts"
  std::vector<PaletteItem> items;
};

// GET /ui/palette?q=&recent=: a part of the page. At most 8 a group.
struct Palette {
  std::string query;
  std::vector<PaletteGroup> groups;
};

}  // namespace holdfast::web::views
