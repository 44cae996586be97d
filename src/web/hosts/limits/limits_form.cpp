#include "hosts/limits/limits_form.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "fleet/hosts/hosts.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

using Seconds = std::optional<std::chrono::seconds>;
using Count = std::optional<int>;

// One limit as the form has it. It is either a time or a count.
struct Field {
  std::string_view name;
  std::string_view label;
  std::string_view what;  // in a sentence
  std::string_view unit;  // behind a figure
  int seconds;            // of the unit of a time; 0: a count
  Seconds core::LimitSet::* time;
  Count core::LimitSet::* count;
  core::LimitPlace core::HostLimits::* place;
};

constexpr std::array<Field, 6> kFields{{
    {"backup_age", "Last good backup at most, hours old", "last good backup", " hours", 3600,
     &core::LimitSet::backup_age, nullptr, &core::HostLimits::backup_age},
    {"failures", "Failed backups in a row until Down", "failures", "", 0, nullptr, &core::LimitSet::failures_down,
     &core::HostLimits::failures_down},
    {"silence_warning", "Minutes without a report until Warning", "silence Warning", " minutes", 60,
     &core::LimitSet::silence_warning, nullptr, &core::HostLimits::silence_warning},
    {"silence_down", "Minutes without a report until Down", "silence Down", " minutes", 60,
     &core::LimitSet::silence_down, nullptr, &core::HostLimits::silence_down},
    {"disk_warning", "Fullest disk, percent for Warning", "disk Warning", "%", 0, nullptr,
     &core::LimitSet::disk_warning, &core::HostLimits::disk_warning},
    {"disk_down", "Fullest disk, percent for Down", "disk Down", "%", 0, nullptr, &core::LimitSet::disk_down,
     &core::HostLimits::disk_down},
}};

// "26", "1.5"
std::string figure(double number) {
  return fmt::format("{:g}", std::round(number * 1000) / 1000);
}

std::string value_of(const Field& field, const core::LimitSet& set) {
  if (field.count) return set.*field.count ? std::to_string(*(set.*field.count)) : "";
  const auto& time = set.*field.time;
  return time ? figure(static_cast<double>(time->count()) / field.seconds) : "";
}

// All that holds, as if it were set.
core::LimitSet as_set(const core::StatusLimits& limits) {
  return {limits.backup_age,    core::silence_warning(limits), limits.silence_down,
          limits.failures_down, limits.disk_warning,           limits.disk_down};
}

std::string from_text(const core::LimitPlace& place, std::string_view value) {
  switch (place.origin) {
    case core::LimitOrigin::Hub:
      return fmt::format("From the hub: {}", value);
    case core::LimitOrigin::Customer:
      return fmt::format("From the customer: {}", value);
    case core::LimitOrigin::Tag:
      return fmt::format("From the tag {}: {}", place.tag, value);
    case core::LimitOrigin::Host:
      return "Set for this host";
  }
  std::unreachable();
}

// Nothing when it is no number, or none that could be meant.
std::optional<double> read_number(std::string_view text) {
  constexpr double kMost = 1e7;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= 0 && number <= kMost))
    return std::nullopt;
  return number;
}

bool set_field(core::LimitSet& set, const Field& field, std::string_view text) {
  const auto number = read_number(text);
  if (!number || (field.count && *number != std::floor(*number))) return false;
  if (field.count)
    set.*field.count = static_cast<int>(*number);
  else
    set.*field.time = std::chrono::seconds(std::llround(*number * field.seconds));
  return true;
}

// Empty where the text is what the field takes.
std::string fault_of(const Field& field, std::string_view typed) {
  core::LimitSet unused;
  const auto text = text::trim(typed);
  if (text.empty() || set_field(unused, field, text)) return {};
  return fmt::format("“{}” is no {}.", text, field.count ? "whole number" : "number");
}

}  // namespace

views::LimitsForm show_limits(views::Url action, const core::LimitSet& set, const core::HostLimits* holds) {
  views::LimitsForm form;
  form.action = std::move(action);
  for (const auto& field : kFields) {
    views::LimitField shown{std::string(field.name), std::string(field.label), value_of(field, set), {}, {}};
    if (holds) {
      shown.holds = value_of(field, as_set(holds->limits));
      shown.from = from_text(holds->*field.place, shown.holds + std::string(field.unit));
    }
    form.fields.push_back(std::move(shown));
  }
  return form;
}

void keep_typed(views::LimitsForm& shown, const http::Form& typed, std::string error) {
  bool marked = false;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    shown.fields[i].value = typed.get(kFields[i].name);
    shown.fields[i].error = fault_of(kFields[i], shown.fields[i].value);
    marked |= !shown.fields[i].error.empty();
  }
  shown.tag = typed.get("tag");
  if (const auto tag = fleet::tidy_tag(shown.tag); shown.for_tag && !tag) shown.tag_error = tag.error().message;
  if (!marked && shown.tag_error.empty()) shown.error = std::move(error);
}

core::Result<core::LimitSet> read_limits(const http::Form& form) {
  core::LimitSet set;
  for (const auto& field : kFields) {
    const auto typed = form.get(field.name);
    if (const auto fault = fault_of(field, typed); !fault.empty())
      return core::fail(core::ErrorKind::Invalid, "limit_invalid", fmt::format("{}: {}", field.label, fault));
    if (const auto text = text::trim(typed); !text.empty()) set_field(set, field, text);
  }
  return set;
}

std::string hours_text(const std::optional<std::chrono::seconds>& age) {
  core::LimitSet set;
  set.backup_age = age;
  return value_of(kFields.front(), set);
}

core::Result<std::optional<std::chrono::seconds>> read_hours(std::string_view typed) {
  const auto& field = kFields.front();
  if (const auto fault = fault_of(field, typed); !fault.empty())
    return core::fail(core::ErrorKind::Invalid, "limit_invalid", fault);
  core::LimitSet set;
  if (const auto text = text::trim(typed); !text.empty()) set_field(set, field, text);
  return set.backup_age;
}

std::string limits_text(const core::LimitSet& set) {
  std::string text;
  for (const auto& field : kFields) {
    const auto value = value_of(field, set);
    if (value.empty()) continue;
    text += fmt::format("{}{} {}{}", text.empty() ? "" : ", ", field.what, value, field.unit);
  }
  return text;
}

}  // namespace holdfast::web
