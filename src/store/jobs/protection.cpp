#include "jobs/protection.hpp"

#include <string>

#include "core/status/backup_verdict.hpp"
#include "sqlite/dialect.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kGoodFiles =
    "SELECT g.files FROM jobs AS j JOIN good_backups AS g ON g.source_group = j.source_group "
    "AND g.repository = j.repository WHERE j.uid = ?";
constexpr std::string_view kSetVerdict = "UPDATE jobs SET verdict = ? WHERE uid = ?";
const std::string kSetGood =
    "INSERT INTO good_backups (source_group, repository, at, files) "
    "SELECT source_group, repository, finished_at, " +
    number_in_json("result", "backup.summary.files_processed") +
    " FROM jobs "
    "WHERE uid = ? AND source_group IS NOT NULL AND repository IS NOT NULL "
    "ON CONFLICT (source_group, repository) DO UPDATE SET at = excluded.at, files = excluded.files "
    "WHERE excluded.at >= good_backups.at";
const std::string kSetJobSuccess =
    "UPDATE host_state SET job_success_at = " + greater_of("coalesce(job_success_at, 0)", "j.finished_at") +
    " FROM (SELECT host AS of, finished_at FROM jobs WHERE uid = ?) AS j WHERE host = j.of";
constexpr std::string_view kForgetFiles =
    "UPDATE good_backups SET files = NULL WHERE source_group = (SELECT id FROM source_groups WHERE uid = ?)";

std::optional<std::uint64_t> read_files(Statement& row) {
  std::optional<std::uint64_t> files;
  row.read(files);
  return files;
}

}  // namespace

void note_result(Connection& connection, const core::JobId& job, const core::JobResult& result) {
  const auto good_files = connection.find(kGoodFiles, read_files, job).value_or(std::nullopt);
  const auto verdict = core::judge_backup(result, good_files);
  if (verdict == core::BackupVerdict::None) return;
  connection.run(kSetVerdict, core::to_text(verdict), job);
  if (verdict == core::BackupVerdict::Good) note_good_backup(connection, job);
}

void note_good_backup(Connection& connection, const core::JobId& job) {
  connection.run(kSetGood, job);
  connection.run(kSetJobSuccess, job);
}

void forget_good_files(Connection& connection, const core::SourceGroupId& group) {
  connection.run(kForgetFiles, group);
}

}  // namespace holdfast::store
