#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/jobs/job.hpp"
#include "core/reports/report.hpp"

namespace holdfast::agent {

// How the last run ended, in the words of a report.
inline constexpr std::string_view kSuccess = "success";
inline constexpr std::string_view kPartial = "partial";
inline constexpr std::string_view kFailed = "failed";

// What the agent remembers of the backups it ran, in a small file, so that it knows after a restart.
class OwnBackups {
 public:
  // What the file holds.
  struct History {
    core::Time last_run;                  // when it ended
    std::string last_status;              // one of the words above
    std::optional<core::Time> last_good;  // the end of the last one that made a snapshot

    bool operator==(const History&) const = default;
  };

  // Nothing is remembered when the file is not there or damaged.
  explicit OwnBackups(std::filesystem::path file);

  // Remembers that a backup ended; one that was cancelled says nothing of how well backups go. A disk that cannot be
  // written is logged: the backup itself is not worse for it.
  void note(core::Time at, const core::JobResult& result);
  // Nothing before the first backup.
  std::optional<core::BackupReport> report(core::Time now) const;

 private:
  std::filesystem::path file_;
  std::optional<History> history_;
};

// Nothing when the text is no such file.
std::optional<OwnBackups::History> parse_history(std::string_view json);
std::string encode_history(const OwnBackups::History& history);

}  // namespace holdfast::agent
