#include "render/assets.hpp"

#include <algorithm>

namespace holdfast::web {

const Asset* find_asset(std::string_view hashed_path) {
  const auto all = assets();
  const auto found = std::ranges::find(all, hashed_path, &Asset::hashed_path);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace holdfast::web
