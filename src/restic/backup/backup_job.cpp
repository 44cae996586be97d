#include "backup/backup_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "process/failure_signs.hpp"
#include "process/unlock.hpp"
#include "process/version.hpp"
#include "runtime/config/config.hpp"

// Each step ends in a failure or goes on, since every end of a backup is to be told in plain words. restic helps
// little: what it says, its exit codes, and whether it waits for a lock differ from 0.14 to today, so its last lines
// are classified, and what it does not explain is looked up afterwards. A restic that is stopped may leave its lock,
// which is removed by another one.
namespace holdfast::restic {
namespace {

using core::LogLevel;

// The first restic that waits for a lock by itself. It does so without a word.
constexpr Version kWaitsForLock{0, 16, 0};

bool is_locked(const Outcome& outcome, const Redactor& redactor) {
  return !outcome.has_snapshot() && !outcome.status.ok() &&
         classify(outcome.status, outcome.tail, redactor).code == "locked";
}

std::string words(std::chrono::seconds limit) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(limit);
  return minutes < std::chrono::hours(2) ? fmt::format("{} min", minutes.count())
                                         : fmt::format("{} h", std::chrono::ceil<std::chrono::hours>(limit).count());
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
      runner_(loop, listener, cancellation, limits),
      review_(installation, request, redactor_) {}

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

BackupJob::Step BackupJob::find_restic() {
  version_ = co_await ask_version(loop_, installation_);
  if (!version_) co_return restic_missing(installation_.program);
  if (*version_ < kOldestVersion) co_return restic_too_old(*version_);
  co_return std::nullopt;
}

BackupJob::Step BackupJob::look_at_sources() {
  const auto looks = co_await sources_.look(loop_, request_.sources.paths, cancellation_);
  if (cancellation_.requested()) co_return cancelled();
  review_.take(looks);
  for (const auto& source : review_.troubles()) {
    auto line = sentence_of(source);
    co_await log(LogLevel::Error, std::move(line));
  }
  if (!review_.has_something()) co_return sources_failure(review_.troubles(), false);
  co_return std::nullopt;
}

BackupJob::Step BackupJob::prepare_repository() {
  files_.emplace(work_paths(installation_, request_.job), request_.access, review_.present());
  environment_ = repository_environment(runtime::current_environment(), installation_, request_.access, files_->paths(),
                                        *version_);
  if (auto missing = variables_missing(request_.access, environment_)) co_return missing;
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
  std::string line = "There is no repository at this address yet; restic creates one.";
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
  co_return made.given_up ? unanswered(made.tail, redactor_) : classify(made.status, made.tail, redactor_);
}

runtime::Task<core::JobResult> BackupJob::make_snapshot() {
  if (cancellation_.requested()) co_return without_snapshot(cancelled());
  auto line = fmt::format("Backing up {} of {} paths to {} with restic {}", review_.present().size(),
                          request_.sources.paths.size(), core::redact_url(request_.access.url), version_->text());
  co_await log(LogLevel::Info, std::move(line));
  const Outcome outcome = co_await back_up_when_free();
  co_await remove_lock_after(outcome);
  co_await remember_sources(outcome);
  co_return judge(outcome, *version_, redactor_);
}

runtime::Task<Outcome> BackupJob::probe() {
  Outcome outcome;
  const Runner::OnLine drop = [](std::string_view) -> runtime::Task<> { co_return; };
  // What it says when it is stopped tells nothing of the repository.
  const Runner::OnLine keep = [&](std::string_view line) -> runtime::Task<> {
    if (!runner_.time_is_up()) outcome.tail.add(plain_line(line));
    if (is_retry_in_vain(line)) runner_.give_up();
    co_return;
  };
  const auto probing = command(probe_arguments(installation_));
  outcome.status = co_await runner_.run(probing, drop, keep, limits_.probe);
  co_return outcome;
}

runtime::Task<Outcome> BackupJob::back_up_when_free() {
  const auto end = clock_.steady() + limits_.lock;
  auto outcome = co_await back_up_once({});
  if (!is_locked(outcome, redactor_) || outcome.cancelled) co_return outcome;
  auto line = fmt::format("{} Waiting for up to {}.", classify(outcome.status, outcome.tail, redactor_).message,
                          words(limits_.lock));
  co_await log(LogLevel::Warning, std::move(line));
  for (auto now = clock_.steady(); now < end && is_locked(outcome, redactor_) && !outcome.cancelled;
       now = clock_.steady()) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(end - now);
    const bool waits_itself = *version_ >= kWaitsForLock;
    if (!waits_itself) co_await wait_for_lock(std::min<std::chrono::milliseconds>(limits_.lock_poll, left));
    outcome = co_await back_up_once(waits_itself ? left : std::chrono::seconds());
  }
  co_return outcome;
}

runtime::Task<Outcome> BackupJob::back_up_once(std::chrono::seconds lock_wait) {
  Outcome outcome;
  outcome.troubles = review_.troubles();
  outcome.cancelled = cancellation_.requested();
  if (outcome.cancelled) co_return outcome;
  const auto arguments = backup_arguments(installation_, request_, files_->paths(), lock_wait);
  co_await run_logged(arguments, outcome);
  outcome.cancelled = cancellation_.requested();
  co_return outcome;
}

// Ends at once when the job is cancelled.
runtime::Task<> BackupJob::wait_for_lock(std::chrono::milliseconds limit) {
  runtime::Signal requested(loop_);
  cancellation_.on_request([&requested] { requested.notify_all(); });
  if (!cancellation_.requested()) co_await requested.wait_for(limit);
  cancellation_.on_request(nullptr);
}

// Older restics do not say why a folder could not be read. Where it has gone meanwhile, that is why; where it can be
// read, it is what the repository has of it that could not: the tree of the snapshot before.
runtime::Task<> BackupJob::explain_unreadable(const std::vector<std::string>& items, Outcome& outcome) {
  const auto looks = co_await sources_.look(loop_, items, cancellation_);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (looks[i].state == SourceState::Missing) {
      --outcome.unreadable;
      ++outcome.vanished;
    }
    if (!looks[i].is_folder || !outcome.damage.empty()) continue;
    outcome.damage = redactor_.clean("restic could not read what the repository has of " + items[i]);
    std::string line = outcome.damage;
    co_await log(LogLevel::Error, std::move(line));
  }
}

// One that is stopped in the moment in which it locks the repository leaves its lock, however it ends.
runtime::Task<> BackupJob::remove_lock_after(const Outcome& outcome) {
  const bool was_stopped = outcome.cancelled && !outcome.has_snapshot();
  if (outcome.status.left_behind) co_return;  // one that still runs keeps its lock
  if (!outcome.status.signal && !was_stopped) co_return;
  auto unlocked = lock_left_behind("the repository does not answer");
  if (!is_away_)
    unlocked = co_await unlock(loop_, installation_, environment_, redactor_, cancellation_, limits_.unlock);
  co_await log(unlocked.level, std::move(unlocked.text));
}

runtime::Task<> BackupJob::remember_sources(const Outcome& outcome) {
  if (!outcome.has_snapshot()) co_return;
  std::string problem;
  try {
    review_.remember();
  } catch (const std::exception& error) {
    problem = fmt::format("What the next backup is compared with could not be kept: {}", error.what());
  }
  co_await log(LogLevel::Warning, std::move(problem));
}

runtime::Task<> BackupJob::run_logged(const Arguments& arguments, Outcome& outcome) {
  OutputReader reader(clock_, redactor_, listener_, request_.sources.paths, outcome,
                      [this, &outcome](std::string_view line) { on_retry(line, outcome); });
  const Runner::OnLine on_stdout = [&](std::string_view line) { return reader.read_stdout(line); };
  const Runner::OnLine on_stderr = [&](std::string_view line) { return reader.read_stderr(line); };
  const auto running = command(arguments);
  outcome.status = co_await runner_.run(running, on_stdout, on_stderr);
  co_await reader.finish();
  co_await explain_unreadable(reader.unexplained(), outcome);
}

// restic tries again for many minutes, also to remove its lock when it has been cancelled.
void BackupJob::on_retry(std::string_view line, Outcome& outcome) {
  if (cancellation_.requested()) {
    is_away_ = true;
    runner_.kill();
  } else if (is_retry_in_vain(line)) {
    outcome.given_up = true;
    runner_.give_up();
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
