#include "runtime/time_zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace holdfast::runtime {
namespace {

void require_database() {
  try {
    date::get_tzdb();
  } catch (const std::exception& error) {
    throw std::runtime_error(
        fmt::format("the time zone database cannot be read; is the package tzdata installed? ({})", error.what()));
  }
}

LocalMinutes to_local(const date::time_zone& zone, UtcTime time) {
  const auto local = time.time_since_epoch() + zone.get_info(time).offset;
  return LocalMinutes(std::chrono::floor<std::chrono::minutes>(local));
}

LocalInstant to_instant(const date::time_zone& zone, LocalMinutes local) {
  const auto info = zone.get_info(date::local_seconds(local.time_since_epoch()));
  if (info.result == date::local_info::nonexistent) return {std::nullopt, info.first.end};
  return {UtcTime(local.time_since_epoch() - info.first.offset), {}};
}

// The zone, once its file has been read; files that are no zone lie beside the others and have names too.
const date::time_zone* load(std::string_view name) {
  require_database();
  try {
    const auto* zone = date::locate_zone(name);
    zone->get_info(date::sys_seconds());
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

std::optional<TimeZone> find_zone(std::string_view name) {
  const auto* zone = load(name);
  if (!zone) return std::nullopt;
  return TimeZone{[zone](UtcTime time) { return to_local(*zone, time); },
                  [zone](LocalMinutes local) { return to_instant(*zone, local); }};
}

}  // namespace holdfast::runtime
