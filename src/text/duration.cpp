#include "text/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace holdfast::text {

std::string format_age(std::chrono::milliseconds age) {
  const auto total = std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(age).count(), 0);
  const auto two_units = [](std::int64_t large, std::string_view large_name, std::int64_t small,
                            std::string_view small_name) {
    return small == 0 ? fmt::format("{} {}", large, large_name)
                      : fmt::format("{} {} {} {}", large, large_name, small, small_name);
  };
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return fmt::format("{} min", total / 60);
  if (total < 86400) return two_units(total / 3600, "h", total % 3600 / 60, "min");
  return two_units(total / 86400, "d", total % 86400 / 3600, "h");
}

}  // namespace holdfast::text
