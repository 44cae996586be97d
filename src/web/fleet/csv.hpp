#pragma once

#include <string>
#include <string_view>

#include "fleet/hosts/hosts.hpp"

// The fleet as a table for other programs: all columns, times as RFC 3339 in UTC, sizes in bytes.
namespace holdfast::web {

// The line of names, with its line end.
std::string csv_head();
// The line of one host, with its line end.
std::string csv_row(const fleet::FleetHost& host);

// One cell: in quotes where it must be, and with an apostrophe in front of what a spreadsheet would take for a formula.
std::string csv_cell(std::string_view text);

}  // namespace holdfast::web
