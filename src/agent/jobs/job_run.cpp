#include "jobs/job_run.hpp"

#include <fmt/format.h>

#include <exception>

#include "runtime/process/subprocess.hpp"
#include "text/utf8.hpp"

// Lines wait for each other for a moment, so that a talkative restic costs the ledger some writes a second and not
// one a line; what is said of progress comes after the lines before it. The task that writes them uses this object,
// so it has ended before run() returns, whatever restic or the disk did.
namespace holdfast::agent {
namespace {

// One log.stream stays well below the limit of a message, even if every character must be escaped.
constexpr std::size_t kMaxBatchLines = 500;
constexpr std::size_t kMaxBatchBytes = 64 * 1024;
constexpr std::size_t kMaxLineBytes = 8 * 1024;

}  // namespace

core::JobFailure agent_stopped() {
  return {"agent_stopped", "The agent stopped during the backup, so it was not completed.",
          "Start the backup again; restic continues with what is already in the repository.", ""};
}

core::JobResult failed(core::JobFailure failure) {
  core::JobResult result;
  result.state = core::JobState::Failed;
  result.failure = std::move(failure);
  return result;
}

restic::BackupRequest backup_request(protocol::CommandRun command, protocol::BackupCommand backup) {
  auto plan = backup.source_group.empty() ? "" : command.repository.text() + "-" + backup.source_group.text();
  return {command.job,       std::move(command.access), std::move(backup.sources), std::move(backup.snapshot_host),
          backup.initialise, std::move(plan),           backup.accepted.text()};
}

JobRun::JobRun(runtime::Loop& loop, const runtime::Clock& clock, const RunSettings& settings, JobLedger& ledger,
               const bool& hub_listens)
    : loop_(loop), clock_(clock), settings_(settings), ledger_(ledger), hub_listens_(hub_listens) {}

runtime::Task<core::JobResult> JobRun::run() {
  protocol::CommandRun command = ledger_.command();
  if (auto refused = check_command(command, settings_.rclone)) co_return failed(*std::move(refused));
  runtime::TaskGroup flusher(loop_);
  flusher.spawn("log writer", [this] { return flush_for_ever(); });
  core::JobResult result;
  std::exception_ptr failure;
  try {
    auto work = std::visit([&](auto& operation) { return perform(command, operation); }, command.operation);
    result = co_await std::move(work);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await flusher.stop();
  if (failure) std::rethrow_exception(failure);
  flush();
  note_omitted_lines();
  if (agent_stops_ && result.state == core::JobState::Cancelled) {
    result.state = core::JobState::Failed;
    result.failure = agent_stopped();
  }
  co_return result;
}

runtime::Task<core::JobResult> JobRun::perform(const protocol::CommandRun& command, protocol::BackupCommand backup) {
  const restic::BackupRequest request = backup_request(command, std::move(backup));
  co_return co_await restic::back_up(loop_, clock_, settings_.restic, request, *this, cancellation_, settings_.limits);
}

runtime::Task<> JobRun::log(core::LogLevel level, std::string text) {
  log_bytes_ += text.size();
  if (log_bytes_ > settings_.max_log_bytes) {
    ++omitted_lines_;
    co_return;
  }
  text.resize(text::truncate_utf8(text, kMaxLineBytes).size());
  lines_bytes_ += text.size();
  lines_.push_back({0, clock_.now(), level, std::move(text)});
  if (lines_.size() >= kMaxBatchLines || lines_bytes_ >= kMaxBatchBytes) flush();
}

runtime::Task<> JobRun::progress(core::JobProgress progress) {
  if (!hub_listens_) co_return;
  flush();
  ledger_.add(protocol::JobProgressed{ledger_.job(), 0, std::move(progress)});
}

void JobRun::process(pid_t pid) noexcept {
  const auto start_time = pid ? runtime::process_start_time(pid) : std::nullopt;
  if (start_time)
    ledger_.set_process(ResticProcess{pid, *start_time});
  else
    ledger_.set_process(std::nullopt);
}

runtime::Task<> JobRun::flush_for_ever() {
  for (;;) {
    co_await runtime::sleep_for(settings_.flush_interval);
    flush();
  }
}

void JobRun::flush() {
  if (lines_.empty()) return;
  protocol::LogStream message{ledger_.job(), std::move(lines_)};
  lines_.clear();
  lines_bytes_ = 0;
  ledger_.add(std::move(message));
}

void JobRun::note_omitted_lines() {
  if (omitted_lines_ == 0) return;
  const std::string text = fmt::format("{} further lines were left out: the log of one job ends at {} MiB.",
                                       omitted_lines_, settings_.max_log_bytes / (1024 * 1024));
  lines_.push_back({0, clock_.now(), core::LogLevel::Warning, text});
  flush();
}

}  // namespace holdfast::agent
