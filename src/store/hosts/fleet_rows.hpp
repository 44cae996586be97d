#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/hosts/fleet.hpp"
#include "sqlite/sql_text.hpp"
#include "sqlite/sqlite.hpp"
#include "store/hosts/fleet_list.hpp"

// The rows of a page, by two statements however many they are.
namespace holdfast::store {

// Which hosts a page has, in which order.
struct PageOfHosts {
  SqlText hosts;            // a query or VALUES of one column by which hosts are known, and those they are sorted by
  std::string_view column;  // the former: "h.id", "h.uid"
  std::size_t keys = 1;     // how many the latter are
  bool descending = false;
};

struct SortedRow {
  std::int64_t key = 0;         // of its host inside the database
  std::vector<Value> position;  // by what it is sorted
  core::FleetRow row;
};

// Without those that are gone.
std::vector<SortedRow> read_rows(View& view, const PageOfHosts& page, core::Time now);

}  // namespace holdfast::store
