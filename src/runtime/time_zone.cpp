#include "runtime/time_zone.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "text/ascii.hpp"

namespace holdfast::runtime {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

std::filesystem::path database_folder() {
  const char* folder = std::getenv("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

void require_database() {
  std::error_code failed;
  if (!std::filesystem::exists(database_folder() / "UTC", failed))
    throw std::runtime_error("the time zone database cannot be read; is the package tzdata installed?");
}

// The library would also take paths and names of its own, and remembers each name for ever that it was asked for.
bool is_zone_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  const auto fits = [](char c) {
    return text::is_letter(c) || text::is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, fits) && !name.starts_with('/') &&
         !name.contains("//") && !name.starts_with("Fixed/") && !name.starts_with("posix") &&
         !name.starts_with("right/") && name != "localtime";
}

cctz::civil_minute civil(LocalMinutes local) {
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(day);
  return cctz::civil_minute(int{date.year()}, static_cast<int>(unsigned{date.month()}),
                            static_cast<int>(unsigned{date.day()})) +
         (local - day).count();
}

LocalMinutes to_local(const cctz::time_zone& zone, UtcTime time) {
  const seconds offset(zone.lookup(std::chrono::floor<seconds>(time)).offset);
  return LocalMinutes(std::chrono::floor<minutes>(time.time_since_epoch() + offset));
}

LocalInstant to_instant(const cctz::time_zone& zone, LocalMinutes local) {
  const auto found = zone.lookup(cctz::civil_second(civil(local)));
  if (found.kind == cctz::time_zone::civil_lookup::SKIPPED) return {std::nullopt, UtcTime(found.trans)};
  return {UtcTime(found.pre), {}};
}

}  // namespace

std::optional<TimeZone> find_zone(std::string_view name) {
  require_database();
  cctz::time_zone zone;
  std::error_code failed;
  if (!is_zone_name(name) || !std::filesystem::is_regular_file(database_folder() / name, failed)) return std::nullopt;
  if (!cctz::load_time_zone(std::string(name), &zone)) return std::nullopt;
  return TimeZone{[zone](UtcTime time) { return to_local(zone, time); },
                  [zone](LocalMinutes local) { return to_instant(zone, local); }};
}

}  // namespace holdfast::runtime
