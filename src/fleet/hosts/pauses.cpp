#include "hosts/pauses.hpp"

#include <fmt/format.h>

#include "fleet/hosts/hosts.hpp"
#include "text/ascii.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

namespace holdfast::fleet {

using core::ErrorKind;
using core::fail;

core::Result<std::optional<core::Pause>> complete_pause(std::optional<core::Pause> pause, const Actor& actor,
                                                        core::Time now) {
  if (!pause) return pause;
  const auto& reason = pause->reason;
  if (reason.size() > kMaxPauseReason || !text::is_valid_utf8(reason) || text::has_control_character(reason)) {
    return fail(ErrorKind::Invalid, "reason_invalid",
                fmt::format("The reason must be one line of at most {} bytes.", kMaxPauseReason));
  }
  if (pause->until && *pause->until <= now)
    return fail(ErrorKind::Invalid, "until_invalid", "The end of the pause must be in the future.");
  pause->by = actor.name;
  pause->since = now;
  return pause;
}

std::string describe_pause(const std::optional<core::Pause>& pause) {
  if (!pause) return {};
  const auto until = pause->until ? "until " + text::format_time(*pause->until) : std::string("without an end");
  return pause->reason.empty() ? until : fmt::format("{}: {}", until, pause->reason);
}

}  // namespace holdfast::fleet
