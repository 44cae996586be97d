#include <fmt/format.h>

#include <string>

#include "sqlite/dialect.hpp"
#include "sqlite/sqlite.hpp"
#include "store/jobs/jobs.hpp"

// What is kept of jobs and their logs.
namespace holdfast::store {
namespace {

constexpr std::string_view kFindLog = "SELECT id, log_bytes, log_head, log_left_out FROM jobs WHERE uid = ?";
constexpr std::string_view kLastLine = "SELECT max(sequence) FROM job_log WHERE job = ?";
constexpr std::string_view kSetHead = "UPDATE jobs SET log_head = ? WHERE id = ?";
// The first lines after the head, and what they take as append_log counts it.
const std::string kAfterHead = "SELECT sequence, " + bytes_of("text") +
                               " + 16 FROM job_log WHERE job = ? AND sequence > ? ORDER BY sequence LIMIT ?";
constexpr std::string_view kRemoveBetween = "DELETE FROM job_log WHERE job = ? AND sequence > ? AND sequence <= ?";
constexpr std::string_view kPutLine =
    "INSERT INTO job_log (job, sequence, at, level, text) "
    "SELECT ?, ?, coalesce((SELECT at FROM job_log WHERE job = ? AND sequence >= ? ORDER BY sequence LIMIT 1), "
    "(SELECT coalesce(finished_at, created_at) FROM jobs WHERE id = ?)), 1, ?";
const std::string kSetCut =
    "UPDATE jobs SET log_bytes = " + greater_of("1", "log_bytes - ?") + ", log_left_out = ? WHERE id = ?";
constexpr std::size_t kLinesAtOnce = 1000;
// So much more than the limit is stored before it is trimmed again: a quarter of the tail.
constexpr std::size_t kSlackPart = 4;

constexpr std::string_view kOldestWithLog =
    "SELECT id FROM jobs WHERE log_bytes > 0 AND finished_at < ? ORDER BY finished_at LIMIT 1";
constexpr std::string_view kRemoveLines =
    "DELETE FROM job_log WHERE job = ? AND sequence <= (SELECT max(sequence) FROM "
    "(SELECT sequence FROM job_log WHERE job = ? ORDER BY sequence LIMIT ?) AS first)";
constexpr std::string_view kForgetLog = "UPDATE jobs SET log_bytes = 0 WHERE id = ?";
constexpr std::string_view kRemovedLine =
    "The log of this job has been removed: logs are kept for a limited time (retention.job_log_days).";

// The job that is next to the newest ones of its host is found by a step through the index.
constexpr std::string_view kRemoveJobs =
    "DELETE FROM jobs WHERE id IN (SELECT j.id FROM jobs AS j WHERE j.finished_at < ? "
    "AND j.uid <= (SELECT uid FROM jobs WHERE host = j.host ORDER BY uid DESC LIMIT 1 OFFSET ?) "
    "ORDER BY j.finished_at LIMIT ?)";
constexpr std::string_view kFirstOfHost =
    "SELECT id FROM jobs WHERE host = (SELECT id FROM hosts WHERE uid = ?) LIMIT 1";
constexpr std::string_view kRemoveJob = "DELETE FROM jobs WHERE id = ?";

struct StoredLog {
  std::int64_t job = 0;
  std::size_t bytes = 0;
  std::optional<std::uint64_t> head;
  std::uint64_t left_out = 0;
};

StoredLog read_log_state(Statement& row) {
  StoredLog log;
  row.read(log.job, log.bytes, log.head, log.left_out);
  return log;
}

struct LineSize {
  std::uint64_t sequence = 0;
  std::size_t bytes = 0;
};

LineSize read_line_size(Statement& row) {
  LineSize line;
  row.read(line.sequence, line.bytes);
  return line;
}

std::int64_t read_key(Statement& row) {
  std::int64_t key = 0;
  row.read(key);
  return key;
}

// The lines after the head that are too many, up to `excess` bytes. The line that stands for those left out before does
// not count.
struct Cut {
  std::uint64_t last = 0;
  std::size_t lines = 0;
  std::size_t bytes = 0;
};

Cut find_cut(Connection& connection, const StoredLog& log, std::size_t excess) {
  Cut cut{*log.head + (log.left_out > 0 ? 1 : 0), 0, 0};
  while (cut.bytes < excess) {
    const auto lines = connection.list(kAfterHead, read_line_size, log.job, cut.last, kLinesAtOnce);
    for (const LineSize& line : lines) {
      if (cut.bytes >= excess) break;
      cut = {line.sequence, cut.lines + 1, cut.bytes + line.bytes};
    }
    if (lines.empty()) break;
  }
  return cut;
}

void put_line(Connection& connection, std::int64_t job, std::uint64_t sequence, std::string_view text) {
  connection.run(kPutLine, job, sequence, job, sequence, job, text);
}

}  // namespace

// The line that stands for those left out has the number of the first of them, and is written anew each time.
void trim_log(Transaction& transaction, const core::JobId& id, const core::LogLimit& limit) {
  Connection& connection = connection_of(transaction);
  auto log = connection.find(kFindLog, read_log_state, id);
  if (!log || log->bytes < limit.head_bytes) return;
  if (!log->head) {
    log->head = connection.find(kLastLine, read_key, log->job).value_or(0);
    connection.run(kSetHead, *log->head, log->job);
  }
  const std::size_t most = limit.head_bytes + limit.tail_bytes;
  if (log->bytes <= most) return;
  const Cut cut = find_cut(connection, *log, log->bytes - most + limit.tail_bytes / kSlackPart);
  if (cut.lines == 0) return;
  const std::uint64_t left_out = log->left_out + cut.lines;
  connection.run(kRemoveBetween, log->job, *log->head, cut.last);
  put_line(connection, log->job, *log->head + 1,
           fmt::format("… {} lines left out here: the log of a job keeps its first and its last lines …", left_out));
  connection.run(kSetCut, cut.bytes, left_out, log->job);
}

std::size_t remove_logs_before(Transaction& transaction, core::Time before, std::size_t limit) {
  Connection& connection = connection_of(transaction);
  const auto job = connection.find(kOldestWithLog, read_key, before);
  if (!job) return 0;
  const auto removed = static_cast<std::size_t>(connection.run(kRemoveLines, *job, *job, limit));
  if (removed == limit) return removed;
  put_line(connection, *job, 1, kRemovedLine);
  connection.run(kForgetLog, *job);
  return removed + 1;
}

std::size_t remove_jobs_before(Transaction& transaction, core::Time before, std::size_t kept, std::size_t limit) {
  return static_cast<std::size_t>(connection_of(transaction).run(kRemoveJobs, before, kept, limit));
}

std::size_t remove_jobs_of(Transaction& transaction, const core::HostId& host, std::size_t limit) {
  Connection& connection = connection_of(transaction);
  std::size_t removed = 0;
  while (removed < limit) {
    const auto job = connection.find(kFirstOfHost, read_key, host);
    if (!job) break;
    const std::size_t room = limit - removed;
    const auto lines = static_cast<std::size_t>(connection.run(kRemoveLines, *job, *job, room));
    if (lines < room) removed += static_cast<std::size_t>(connection.run(kRemoveJob, *job));
    removed += lines;
  }
  return removed;
}

}  // namespace holdfast::store
