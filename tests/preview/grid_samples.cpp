#include <fmt/format.h>

#include <array>

#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

core::Words reason_of(CellMark mark) {
  using core::finding::Silence;
  if (mark == CellMark::Down)
    return core::words_of({Silence{Silence::Missing::Report, before(std::chrono::minutes(90)), {}}});
  if (mark == CellMark::Warning) return core::words_of({core::finding::DiskFull{"/srv", 93}});
  return {};
}

struct Place {
  std::string_view name;
  std::size_t hosts, down, warning, paused;
};

// Of another fleet than the one of all other pages, which is too small for it.
constexpr std::array<Place, 8> kPlaces{{{"Warehouses", 284, 3, 8, 1},
                                        {"Law offices", 96, 0, 2, 0},
                                        {"Dental practices", 71, 0, 1, 1},
                                        {"Clinics", 58, 1, 3, 0},
                                        {"Retail stores", 412, 6, 8, 3},
                                        {"Schools north", 231, 2, 7, 1},
                                        {"Homes", 12, 0, 0, 0},
                                        {"Laboratories", 40, 0, 2, 0}}};

// Names and ids of cells, which only view them.
struct GridNames {
  std::vector<std::string> ids, names;
};

CellMark mark_of(const Place& place, std::size_t index) {
  const std::size_t spread = index * 7919 % place.hosts;
  if (spread < place.down) return CellMark::Down;
  if (spread < place.down + place.warning) return CellMark::Warning;
  return spread < place.down + place.warning + place.paused ? CellMark::Off : CellMark::Ok;
}

FleetGrid grid(const std::vector<Place>& places, GridNames& names) {
  FleetGrid grid;
  grid.colours = {{"Status", Url("/").query("layout", "grid"), {}, true},
                  {"Backup age", Url("/").query("colour", "backup"), {}, false},
                  {"Disk", Url("/").query("colour", "disk"), {}, false}};
  std::size_t count = 0;
  for (const auto& place : places) count += place.hosts;
  for (std::size_t i = 0; i < count; ++i) {
    names.ids.push_back(fmt::format("01JD{:0>22}", i * 2654435761u));
    names.names.push_back(fmt::format("host-{:05}", i));
  }
  std::size_t at = 0;
  for (const auto& place : places) {
    CellGroup group{{std::string(place.name), Url("/customers").segment(place.name)},
                    place.down,
                    place.warning,
                    Url("/"),
                    Url("/"),
                    {}};
    for (std::size_t i = 0; i < place.hosts; ++i, ++at) {
      const auto mark = mark_of(place, i);
      group.cells.push_back({names.ids[at], names.names[at], mark, reason_of(mark), now()});
    }
    grid.groups.push_back(std::move(group));
  }
  return grid;
}

// Hosts that are down are those whose agents are away.
Pulse pulse_of_places(const std::vector<Place>& places) {
  Pulse pulse{.waiting_hosts = kMachinesToApprove, .unfinished_jobs = kUnfinishedJobs};
  for (const Place& place : places) {
    pulse.down += place.down;
    pulse.warning += place.warning;
    pulse.paused += place.paused;
    pulse.ok += place.hosts - place.down - place.warning - place.paused;
  }
  pulse.agents = pulse.total();
  pulse.connected = pulse.agents - pulse.down;
  return pulse;
}

FleetPage grid_page(const std::vector<Place>& places, GridNames& names) {
  FleetPage view = sample_fleet();
  view.page.pulse = pulse_of_places(places);
  view.tools.layout = Layout::Grid;
  view.tools.chips = {{"All", Url("/"), view.page.pulse.total(), true},
                      {"Needs attention", Url("/").query("q", "status:warn,down"),
                       view.page.pulse.warning + view.page.pulse.down, false},
                      {"Running", Url("/").query("q", "job:running"), std::nullopt, false}};
  view.grid = grid(places, names);
  view.table.rows.clear();
  view.total = names.ids.size();
  view.customers = places.size();
  return view;
}

Preview show(std::string name, const std::vector<Place>& places) {
  GridNames names;
  Preview result{std::move(name), {}};
  web::render_fleet_page(result.html, grid_page(places, names));
  return result;
}

}  // namespace

// As many hosts as a fleet may have: looked at for its size, not for each of its cells.
Preview large_grid() {
  std::vector<Place> places(kPlaces.begin(), kPlaces.end());
  places[4].hosts = 9208;
  return show("fleet-grid-10000", places);
}

std::vector<Preview> grid_previews() {
  return {show("fleet-grid", {kPlaces.begin(), kPlaces.end()})};
}

}  // namespace holdfast::preview
