#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/view.hpp"
#include "http/message.hpp"

// The address of the fleet is its state: what is searched for, sorted by and shown.
namespace holdfast::web {

struct FleetAddress {
  std::string text;            // the filter, as typed
  std::string sort = "worst";  // "-cpu": the other way round
  views::Layout layout = views::Layout::Table;
  views::CellColour colour = views::CellColour::Status;
  std::string after;  // the cursor of a later page
  // Empty: as remembered, or else the usual ones.
  std::optional<views::Density> density;
  std::optional<std::vector<std::string>> columns;

  bool operator==(const FleetAddress&) const = default;
};

// An address of the fleet as a request for it: "/?q=web&sort=cpu".
http::Request request_of(std::string_view target);
// What no view knows is left out.
FleetAddress read_fleet_address(const http::Request& request);
views::Url url_of(const FleetAddress& address, views::LocalPath path = "/");
// The other members as fields of a form that sends the text.
std::vector<views::Kept> kept_fields(const FleetAddress& address);

// Invalid names the part of the filter that cannot be read.
core::Result<core::FleetQuery> query_of(const FleetAddress& address);

// The columns that may be hidden, those shown as the address or else the visitor's cookie says.
std::vector<views::Column> columns_of(const FleetAddress& address, const http::Request& request);
views::Density density_of(const FleetAddress& address, const http::Request& request);
// "no-cpu no-memory": the classes of a table that hides the columns not shown.
std::string hidden_classes(const std::vector<views::Column>& columns);

// POST /ui/fleet-view remembers columns and density; `back` is the address with them.
struct RememberedView {
  views::Url back;
  std::vector<std::string> cookies;  // values of Set-Cookie
};
RememberedView remember_view(const http::Form& form);

// The filter with the term added, or taken out when it is there: what a chip does.
std::string toggle_term(std::string_view text, std::string_view term);
bool has_term(std::string_view text, std::string_view term);

}  // namespace holdfast::web
