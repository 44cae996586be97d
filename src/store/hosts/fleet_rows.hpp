#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "sqlite/sqlite.hpp"
#include "store/hosts/fleet_list.hpp"

// The rows of a page, by two statements however many they are.
namespace holdfast::store {

struct PlacedRow {
  std::size_t place = 0;  // of its key among those asked for
  std::int64_t key = 0;   // of its host inside the database
  core::FleetRow row;
};

// Of the hosts whose `column` ("h.id", "h.uid") is one of `keys`, in the order of these; without those that are gone.
std::vector<PlacedRow> read_rows(View& view, std::string_view column, std::span<const Value> keys, core::Time now);

}  // namespace holdfast::store
