#include "core/status/limits.hpp"

#include <fmt/format.h>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kShortest = 1min;
constexpr std::chrono::seconds kLongest = std::chrono::days(3650);

auto wrong(std::string message) {
  return fail(ErrorKind::Invalid, "limit_invalid", std::move(message));
}

Result<> check_time(std::string_view name, const std::optional<std::chrono::seconds>& time) {
  if (!time || (*time >= kShortest && *time <= kLongest)) return {};
  return wrong(fmt::format("{} must be from 1 min to 10 years.", name));
}

Result<> check_number(std::string_view name, const std::optional<int>& number, int most) {
  if (!number || (*number >= 1 && *number <= most)) return {};
  return wrong(fmt::format("{} must be from 1 to {}.", name, most));
}

template <class T>
Result<> check_order(std::string_view what, const std::optional<T>& warning, const std::optional<T>& down) {
  if (!warning || !down || *warning <= *down) return {};
  return wrong(fmt::format("The warning for {} must not come after Down.", what));
}

// Takes over what `source` sets, unless the place it would replace is as specific and stricter.
template <class T>
void take(T& limit, LimitPlace& place, const std::optional<T>& set, const LimitSource& source) {
  if (!set || place.origin > source.origin) return;
  if (place.origin == source.origin && limit <= *set) return;
  limit = *set;
  place = {source.origin, source.tag};
}

}  // namespace

Result<> check_limits(const LimitSet& limits) {
  for (const auto& checked : {
           check_time("The limit of a backup's age", limits.backup_age),
           check_time("The warning for silence", limits.silence_warning),
           check_time("The limit of silence", limits.silence_down),
           check_number("The number of failures", limits.failures_down, kMostFailures),
           check_number("The warning for a full disk", limits.disk_warning, 100),
           check_number("The limit of a full disk", limits.disk_down, 100),
           check_order("silence", limits.silence_warning, limits.silence_down),
           check_order("a full disk", limits.disk_warning, limits.disk_down),
       }) {
    if (!checked) return checked;
  }
  return {};
}

HostLimits resolve_limits(const StatusLimits& hub, const std::vector<LimitSource>& sources) {
  HostLimits host;
  host.limits = hub;
  auto& limits = host.limits;
  for (const auto& source : sources) {
    if (!check_limits(source.set)) continue;  // damaged, as nobody could have set it
    take(limits.backup_age, host.backup_age, source.set.backup_age, source);
    take(limits.silence_warning, host.silence_warning, source.set.silence_warning, source);
    take(limits.silence_down, host.silence_down, source.set.silence_down, source);
    take(limits.failures_down, host.failures_down, source.set.failures_down, source);
    take(limits.disk_warning, host.disk_warning, source.set.disk_warning, source);
    take(limits.disk_down, host.disk_down, source.set.disk_down, source);
  }
  return host;
}

}  // namespace holdfast::core
