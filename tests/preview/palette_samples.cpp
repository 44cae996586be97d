#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

Palette sample_palette() {
  const auto host = Url("/hosts").segment("01JD0000000000000000000001");
  return {"pg",
          {{"Hosts",
            {{PaletteIcon::Warning, "pg-primary", "Last backup 31 h ago", host, {}},
             {PaletteIcon::Ok, "pg-replica", "Harbour office", host, {}}}},
           {"Actions",
            {{PaletteIcon::BackUp,
              "Back up pg-primary now",
              "postgres to b2-prod-db",
              {},
              Url("/hosts").segment("01JD0000000000000000000001").segment("backup")}}},
           {"Jobs", {{PaletteIcon::Down, "Backup pg-primary, 20 Nov 02:15", "Failed", Url("/jobs/1"), {}}}}}};
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
