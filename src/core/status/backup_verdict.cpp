#include "core/status/backup_verdict.hpp"

#include "names.hpp"

namespace holdfast::core {
namespace {

constexpr Names<BackupVerdict, 5> kVerdicts{{
    {BackupVerdict::None, "none"},
    {BackupVerdict::Good, "good"},
    {BackupVerdict::Incomplete, "incomplete"},
    {BackupVerdict::Empty, "empty"},
    {BackupVerdict::Shrunken, "shrunken"},
}};

bool is_less_than_half(std::uint64_t part, std::uint64_t whole) {
  return part < whole && part < whole - part;
}

}  // namespace

std::string_view to_text(BackupVerdict verdict) {
  return name_of(kVerdicts, verdict);
}
std::optional<BackupVerdict> parse_backup_verdict(std::string_view text) {
  return value_of(kVerdicts, text);
}

BackupVerdict judge_backup(const JobResult& result, std::optional<std::uint64_t> good_files) {
  if (result.state != JobState::Succeeded && result.state != JobState::Partial) return BackupVerdict::None;
  const auto* summary = summary_of(result);
  const auto files = summary ? summary->files_processed : 0;
  if (files == 0) return BackupVerdict::Empty;
  if (result.state == JobState::Partial) return BackupVerdict::Incomplete;
  return is_less_than_half(files, good_files.value_or(0)) ? BackupVerdict::Shrunken : BackupVerdict::Good;
}

}  // namespace holdfast::core
