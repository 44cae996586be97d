#include "backup_job.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "runtime/config.hpp"
#include "unlock.hpp"
#include "version.hpp"

namespace holdfast::restic {
namespace {

using core::LogLevel;

constexpr std::string_view kSkipped = " does not exist, skipping";

// restic's own words for a source that has gone since it was looked at.
std::optional<std::string_view> skipped_source(std::string_view line) {
  if (!line.ends_with(kSkipped)) return std::nullopt;
  return line.substr(0, line.size() - kSkipped.size());
}

LogLevel level_of_error_text(std::string_view line) {
  return line.starts_with("Fatal:") ? LogLevel::Error : LogLevel::Warning;
}

}  // namespace

BackupJob::BackupJob(runtime::Loop& loop, const runtime::Clock& clock, const Installation& installation,
                     const BackupRequest& request, Listener& listener, Cancellation& cancellation, BackupLimits limits)
    : loop_(loop),
      clock_(clock),
      installation_(installation),
      request_(request),
      listener_(listener),
      cancellation_(cancellation),
      redactor_(request.access),
      limits_(limits),
      sources_(limits.sources),
      runner_(loop, listener, cancellation, limits) {}

runtime::Task<core::JobResult> BackupJob::run() {
  auto failure = co_await find_restic();
  if (!failure) failure = co_await look_at_sources();
  if (!failure) failure = co_await prepare_repository();
  if (failure) co_return without_snapshot(std::move(*failure));
  co_return co_await make_snapshot();
}

core::JobResult BackupJob::without_snapshot(core::JobFailure failure) const {
  core::JobResult result;
  result.state = failure.code == cancelled().code ? core::JobState::Cancelled : core::JobState::Failed;
  result.failure = std::move(failure);
  if (version_) result.restic_version = version_->text();
  return result;
}

core::JobFailure BackupJob::internal_failure(std::string_view what) const {
  return internal(redactor_.clean(what));
}

BackupJob::Step BackupJob::find_restic() {
  version_ = co_await find_version(loop_, installation_);
  if (!version_) co_return restic_missing(installation_.program);
  if (*version_ < kOldestVersion) co_return restic_too_old(*version_);
  co_return std::nullopt;
}

BackupJob::Step BackupJob::look_at_sources() {
  const auto& paths = request_.sources.paths;
  const auto states = co_await sources_.look(loop_, paths, cancellation_);
  if (cancellation_.requested()) co_return cancelled();
  for (std::size_t i = 0; i < paths.size(); ++i) co_await take_source(paths[i], states[i]);
  if (present_.empty()) co_return sources_absent(absent_, false);
  co_return std::nullopt;
}

runtime::Task<> BackupJob::take_source(const std::string& path, SourceState state) {
  if (state == SourceState::There) {
    present_.push_back(path);
    co_return;
  }
  const bool missing = state == SourceState::Missing;
  (missing ? absent_.missing : absent_.silent).push_back(redactor_.clean(path));
  auto line = missing ? missing_sentence({path}) : silent_sentence({path});
  co_await log(LogLevel::Error, std::move(line));
}

BackupJob::Step BackupJob::prepare_repository() {
  files_.emplace(work_paths(installation_, request_.job), request_.access.password, present_);
  environment_ = repository_environment(runtime::current_environment(), installation_, request_.access, files_->paths(),
                                        *version_);
  if (!request_.initialise) co_return std::nullopt;
  const Outcome probed = co_await probe();
  if (cancellation_.requested()) co_return cancelled();
  if (probed.status.ok()) co_return std::nullopt;
  auto failure =
      runner_.time_is_up() ? unanswered(probed.tail, redactor_) : classify(probed.status, probed.tail, redactor_);
  if (failure.code == "repository_missing") co_return co_await initialise();
  for (std::string line : probed.tail.lines()) co_await log(LogLevel::Error, std::move(line));
  co_return failure;
}

BackupJob::Step BackupJob::initialise() {
  std::string line = "There is no repository at this address yet; restic makes one.";
  co_await log(LogLevel::Info, std::move(line));
  Outcome made;
  const auto arguments = init_arguments(installation_);
  co_await run_logged(arguments, made);
  if (cancellation_.requested()) co_return cancelled();
  if (made.status.ok()) co_return std::nullopt;
  // Another host may have made it in the same moment.
  const Outcome probed = co_await probe();
  if (cancellation_.requested()) co_return cancelled();
  if (probed.status.ok()) co_return std::nullopt;
  co_return classify(made.status, made.tail, redactor_);
}

runtime::Task<core::JobResult> BackupJob::make_snapshot() {
  if (cancellation_.requested()) co_return without_snapshot(cancelled());
  auto line = fmt::format("restic {} backs up {} of {} sources to {}", version_->text(), present_.size(),
                          request_.sources.paths.size(), request_.access.url);
  co_await log(LogLevel::Info, std::move(line));
  Outcome outcome;
  outcome.absent = absent_;
  const auto arguments = backup_arguments(installation_, request_, files_->paths());
  co_await run_logged(arguments, outcome);
  outcome.cancelled = cancellation_.requested();
  co_await clean_up_after(outcome);
  co_return judge(outcome, *version_, redactor_);
}

runtime::Task<Outcome> BackupJob::probe() {
  Outcome outcome;
  const Runner::OnLine drop = [](std::string_view) -> runtime::Task<> { co_return; };
  // What it says when it is stopped tells nothing of the repository.
  const Runner::OnLine keep = [&](std::string_view line) -> runtime::Task<> {
    if (!runner_.time_is_up()) outcome.tail.add(plain_line(line));
    co_return;
  };
  const auto probing = command(probe_arguments(installation_));
  outcome.status = co_await runner_.run(probing, drop, keep, limits_.probe);
  co_return outcome;
}

runtime::Task<> BackupJob::clean_up_after(const Outcome& outcome) {
  if (outcome.summary && outcome.summary->files_processed == 0) {
    std::string line = "The snapshot has no files: the sources are empty, or everything in them is excluded.";
    co_await log(LogLevel::Warning, std::move(line));
  }
  if (!outcome.status.signal) co_return;
  auto unlocked = co_await unlock(loop_, installation_, environment_, redactor_);
  co_await log(unlocked.level, std::move(unlocked.text));
}

runtime::Task<> BackupJob::run_logged(const Arguments& arguments, Outcome& outcome) {
  const Runner::OnLine on_stdout = [&](std::string_view line) { return on_line(line, LogLevel::Info, outcome); };
  const Runner::OnLine on_stderr = [&](std::string_view line) { return on_line(line, LogLevel::Warning, outcome); };
  const auto running = command(arguments);
  outcome.status = co_await runner_.run(running, on_stdout, on_stderr);
}

runtime::Task<> BackupJob::on_line(std::string_view line, LogLevel level, Outcome& outcome) {
  const auto parsed = parse_line(line);
  if (const auto* text = std::get_if<Text>(&parsed)) co_await on_text(text->text, level, outcome);
  if (const auto* status = std::get_if<Status>(&parsed)) co_await on_status(*status);
  if (const auto* unreadable = std::get_if<Unreadable>(&parsed)) co_await on_unreadable(*unreadable, outcome);
  if (const auto* summary = std::get_if<Summary>(&parsed)) outcome.summary = summary->backup;
  if (const auto* fatal = std::get_if<Fatal>(&parsed)) co_await on_error_text(fatal->message, outcome);
}

runtime::Task<> BackupJob::on_status(const Status& status) {
  auto progress = meter_.update(status, clock_.steady(), clock_.now());
  if (!progress) co_return;
  for (auto& file : progress->current_files) file = redactor_.clean(file);
  co_await listener_.progress(std::move(*progress));
}

runtime::Task<> BackupJob::on_unreadable(const Unreadable& unreadable, Outcome& outcome) {
  auto line = redactor_.clean(unreadable.reason.empty() ? fmt::format("{} could not be read", unreadable.item)
                                                        : fmt::format("{}: {}", unreadable.item, unreadable.reason));
  if (unreadable.in_snapshot && ++outcome.unreadable == 1) outcome.first_unreadable = line;
  co_await log(unreadable.in_snapshot ? LogLevel::Error : LogLevel::Warning, std::move(line));
}

runtime::Task<> BackupJob::on_text(std::string_view text, LogLevel level, Outcome& outcome) {
  if (level == LogLevel::Info) {
    std::string line(text);
    co_await log(level, std::move(line));
    co_return;
  }
  co_await on_error_text(text, outcome);
}

// The last words of restic 0.18 are several lines in one message.
runtime::Task<> BackupJob::on_error_text(std::string_view text, Outcome& outcome) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = plain_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto skipped = skipped_source(line)) outcome.absent.missing.push_back(redactor_.clean(*skipped));
    outcome.tail.add(line);
    const auto level = level_of_error_text(line);
    co_await log(level, std::move(line));
  }
}

runtime::Task<> BackupJob::log(LogLevel level, std::string text) {
  auto line = redactor_.clean(text);
  if (!line.empty()) co_await listener_.log(level, std::move(line));
}

runtime::Command BackupJob::command(const Arguments& arguments) const {
  return {.arguments = arguments, .environment = environment_, .directory = "/"};
}

}  // namespace holdfast::restic
