#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/status/status.hpp"

// Limits that differ from those of the hub: set for a customer, for the hosts with a tag, or for one host.
namespace holdfast::core {

// What is absent is taken from further out.
struct LimitSet {
  std::optional<std::chrono::seconds> backup_age;
  std::optional<std::chrono::seconds> silence_warning;
  std::optional<std::chrono::seconds> silence_down;
  std::optional<int> failures_down;
  std::optional<int> disk_warning;
  std::optional<int> disk_down;

  bool is_empty() const { return *this == LimitSet(); }
  bool operator==(const LimitSet&) const = default;
};

inline constexpr int kMostFailures = 14;

// Names the first that cannot be: a time from 1 min to 10 years, a percentage from 1 to 100, 1 to kMostFailures
// failures, and where both are set no warning after Down.
Result<> check_limits(const LimitSet& limits);

enum class LimitOrigin { Hub, Customer, Tag, Host };

// One place where limits are set.
struct LimitSource {
  LimitOrigin origin = LimitOrigin::Host;
  std::string tag;  // of Tag
  LimitSet set;

  bool operator==(const LimitSource&) const = default;
};

// Where one limit of a host comes from.
struct LimitPlace {
  LimitOrigin origin = LimitOrigin::Hub;
  std::string tag;

  bool operator==(const LimitPlace&) const = default;
};

struct HostLimits {
  StatusLimits limits;
  LimitPlace backup_age;
  LimitPlace silence_warning;
  LimitPlace silence_down;
  LimitPlace failures_down;
  LimitPlace disk_warning;
  LimitPlace disk_down;
};

// The most specific wins: host, then tag, then customer, then the hub. Of several tags the strictest one does.
HostLimits resolve_limits(const StatusLimits& hub, const std::vector<LimitSource>& sources);

}  // namespace holdfast::core
