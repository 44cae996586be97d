#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/jobs/backup.hpp"
#include "core/time.hpp"

// What a host backs up.
namespace holdfast::core {

struct SourceGroup {
  SourceGroupId id;
  HostId host;
  std::string name;
  SourceSet sources;
  Time created_at;
  std::optional<std::chrono::seconds> backup_age = {};  // how old its last good backup may be; nothing: as its host's
};

}  // namespace holdfast::core
