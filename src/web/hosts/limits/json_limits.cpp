#include "hosts/limits/json_limits.hpp"

#include <utility>

#include "kit/json/json_values.hpp"

namespace holdfast::web {
namespace json = boost::json;
namespace {

std::string_view origin_text(core::LimitOrigin origin) {
  switch (origin) {
    case core::LimitOrigin::Hub:
      return "hub";
    case core::LimitOrigin::Customer:
      return "customer";
    case core::LimitOrigin::Tag:
      return "tag";
    case core::LimitOrigin::Host:
      return "host";
  }
  std::unreachable();
}

json::object placed(std::int64_t value, const core::LimitPlace& place) {
  return {{"value", value},
          {"from", origin_text(place.origin)},
          {"tag", place.tag.empty() ? json::value(nullptr) : json::value(place.tag)}};
}

json::value limit_or_null(const std::optional<std::chrono::seconds>& time) {
  return time ? json::value(time->count()) : json::value(nullptr);
}

}  // namespace

json::object to_json(const core::LimitSet& limits) {
  return {{"backup_age_seconds", limit_or_null(limits.backup_age)},
          {"silence_warning_seconds", limit_or_null(limits.silence_warning)},
          {"silence_down_seconds", limit_or_null(limits.silence_down)},
          {"failures_down", or_null(limits.failures_down)},
          {"disk_warning_percent", or_null(limits.disk_warning)},
          {"disk_down_percent", or_null(limits.disk_down)}};
}

json::object to_json(const core::HostLimits& all) {
  const auto& limits = all.limits;
  return {{"backup_age_seconds", placed(limits.backup_age.count(), all.backup_age)},
          {"silence_warning_seconds", placed(core::silence_warning(limits).count(), all.silence_warning)},
          {"silence_down_seconds", placed(limits.silence_down.count(), all.silence_down)},
          {"failures_down", placed(limits.failures_down, all.failures_down)},
          {"disk_warning_percent", placed(limits.disk_warning, all.disk_warning)},
          {"disk_down_percent", placed(limits.disk_down, all.disk_down)}};
}

}  // namespace holdfast::web
