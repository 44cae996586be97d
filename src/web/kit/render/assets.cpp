#include "kit/render/assets.hpp"

#include <algorithm>
#include <cassert>

namespace holdfast::web {

const Asset* find_asset(std::string_view hashed_path) {
  const auto all = assets();
  const auto found = std::ranges::find(all, hashed_path, &Asset::hashed_path);
  return found == all.end() ? nullptr : &*found;
}

const Asset& asset_named(std::string_view name) {
  const auto all = assets();
  const auto found = std::ranges::find(all, name, &Asset::name);
  assert(found != all.end());
  return *found;
}

}  // namespace holdfast::web
