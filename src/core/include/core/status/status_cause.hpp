#pragma once

#include <optional>
#include <string_view>

// What a status is about, in one word: to count hosts by it.
namespace holdfast::core {

enum class StatusCause {
  None,  // there is nothing to tell
  Silence,
  Health,
  Containers,
  BackupAge,
  Runs,
  Partial,
  Suspicious,   // the last backup has no files, or far fewer than before
  SourceGroup,  // one that was never backed up, while others were
  Unprotected,
  Disk,
  Token,  // its agent cannot sign in
};

std::string_view to_text(StatusCause cause);  // "none", "silence", …
std::optional<StatusCause> parse_status_cause(std::string_view text);

}  // namespace holdfast::core
