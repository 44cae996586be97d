#include "core/status_cause.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::core {

StatusCause cause_of(std::string_view reason) {
  static constexpr std::array<std::pair<std::string_view, StatusCause>, 13> kBeginnings{{
      {"No report since", StatusCause::Silence},
      {"Not heard from", StatusCause::Silence},
      {"The host reports no good", StatusCause::Plan},
      {"The host reports", StatusCause::Health},
      {"Last good backup", StatusCause::BackupAge},
      {"Backup failed", StatusCause::Runs},
      {"The last", StatusCause::Runs},
      {"Some files", StatusCause::Partial},
      {"Disk ", StatusCause::Disk},
      {"The fullest disk", StatusCause::Disk},
      {"Nothing is backed up", StatusCause::Plan},
      {"No backup yet", StatusCause::Plan},
      {"Waiting", StatusCause::Plan},
  }};
  const auto* const found =
      std::ranges::find_if(kBeginnings, [&](const auto& known) { return reason.starts_with(known.first); });
  return found == kBeginnings.end() ? StatusCause::Other : found->second;
}

}  // namespace holdfast::core
