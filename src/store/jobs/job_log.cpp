#include <algorithm>

#include "sqlite/sqlite.hpp"
#include "store/jobs/jobs.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kKeyOf = "SELECT id FROM jobs WHERE uid = ?";
// A line may arrive twice and is stored once.
constexpr std::string_view kAppend =
    "INSERT INTO job_log (job, sequence, at, level, text) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (job, sequence) DO NOTHING";
// What a line takes beside its text, about.
constexpr std::size_t kLineBytes = 16;
constexpr std::string_view kCountBytes = "UPDATE jobs SET log_bytes = log_bytes + ? WHERE id = ?";
constexpr std::string_view kRead =
    "SELECT sequence, at, level, text FROM job_log "
    "WHERE job = (SELECT id FROM jobs WHERE uid = ?) AND sequence > ? ORDER BY sequence LIMIT ?";
constexpr std::string_view kReadTail =
    "SELECT sequence, at, level, text FROM job_log "
    "WHERE job = (SELECT id FROM jobs WHERE uid = ?) ORDER BY sequence DESC LIMIT ?";
constexpr std::string_view kCount = "SELECT count(*) FROM job_log WHERE job = (SELECT id FROM jobs WHERE uid = ?)";

// As the column `level` has it.
int number_of(core::LogLevel level) {
  switch (level) {
    case core::LogLevel::Info:
      return 0;
    case core::LogLevel::Warning:
      return 1;
    case core::LogLevel::Error:
      return 2;
  }
  std::unreachable();
}

core::LogLevel level_of(int number) {
  if (number == 0) return core::LogLevel::Info;
  return number == 1 ? core::LogLevel::Warning : core::LogLevel::Error;
}

core::LogLine read_line(Statement& row) {
  core::LogLine line;
  int level = 0;
  row.read(line.sequence, line.time, level, line.text);
  line.level = level_of(level);
  return line;
}

}  // namespace

void append_log(Transaction& transaction, const core::JobId& id, const std::vector<core::LogLine>& lines) {
  Connection& connection = connection_of(transaction);
  const std::int64_t job = connection.number(kKeyOf, id);
  std::size_t bytes = 0;
  for (const core::LogLine& line : lines) {
    connection.run(kAppend, job, line.sequence, line.time, number_of(line.level), line.text);
    bytes += line.text.size() + kLineBytes;
  }
  if (bytes > 0) connection.run(kCountBytes, bytes, job);
}

std::vector<core::LogLine> read_log(View& view, const core::JobId& id, std::uint64_t after, std::size_t limit) {
  return connection_of(view).list(kRead, read_line, id, after, limit);
}

std::vector<core::LogLine> read_log_tail(View& view, const core::JobId& id, std::size_t limit) {
  std::vector<core::LogLine> lines = connection_of(view).list(kReadTail, read_line, id, limit);
  std::ranges::reverse(lines);
  return lines;
}

std::size_t count_log(View& view, const core::JobId& id) {
  return static_cast<std::size_t>(connection_of(view).number(kCount, id));
}

}  // namespace holdfast::store
