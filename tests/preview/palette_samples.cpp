#include <fmt/format.h>

#include "kit/render/filters.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

PaletteItem item(PaletteIcon icon, const HostRow& host) {
  return {icon,
          host.name,
          host.reason.empty() ? host.customer.text : web::filters::reason(host.reason, now()),
          host.link,
          {}};
}

Palette sample_palette() {
  const HostRow& primary = host_row("pg-primary");
  const HostRow& replica = host_row("pg-replica");
  const auto back_up = [](const HostRow& host) {
    return PaletteItem{PaletteIcon::BackUp,
                       fmt::format("Back up {} now", host.name),
                       fmt::format("to {}", host.repositories.front()),
                       {},
                       Url(host.link).segment("backup")};
  };
  const JobRow failed = pg_jobs().front();
  return {"pg",
          {{"Hosts", {item(PaletteIcon::Warning, primary), item(PaletteIcon::Ok, replica)}},
           {"Actions", {back_up(primary), back_up(replica)}},
           {"Jobs", {{PaletteIcon::Down, "Backup pg-primary", "failed", failed.link, {}, failed.started_at}}}}};
}

}  // namespace

std::vector<Preview> part_previews() {
  Preview palette{"palette", {}};
  web::render_palette(palette.html, sample_palette());
  Preview nothing{"palette-nothing", {}};
  web::render_palette(nothing.html, {"zzz", {}});
  return {palette, nothing, large_grid()};
}

}  // namespace holdfast::preview
