#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/jobs/backup.hpp"
#include "core/jobs/job.hpp"
#include "restic/backup/source_check.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/task.hpp"

// restic as a library: what a caller wants done, as coroutines that end in a core::JobResult. Knows restic 0.14 to 0.19
// by version (shared facts are in the sources of this module).
namespace holdfast::restic {

struct Version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  auto operator<=>(const Version&) const = default;
  std::string text() const;  // "0.14.0"
};

// Where things are on this machine.
struct Installation {
  std::string program = "restic";          // found in PATH when it has no '/'
  std::filesystem::path cache_directory;   // RESTIC_CACHE_DIR
  std::filesystem::path work_directory;    // mode 0700: password and exclude files of running jobs, TMPDIR
  std::filesystem::path past_directory{};  // what backups are compared with; empty: with nothing
};

// Runs `restic version`; nothing when restic is missing or says something else.
runtime::Task<std::optional<Version>> find_version(runtime::Loop& loop, const Installation& installation);

struct BackupRequest {
  core::JobId job;  // names the work files
  core::RepositoryAccess access;
  core::SourceSet sources;
  std::string host;         // --host; empty: restic's own idea
  bool initialise = false;  // make the repository if it is missing
  std::string plan{};       // names, as a file, whose sources these are and where they go; empty: nobody's
  std::string accepted{};   // names the last backup of the plan that a person said is right as it is; empty: none
};

// What a backup tells while it runs, on the loop. Progress comes at most once a second; log lines are valid UTF-8
// without line ends, of at most 8 KiB, and never hold a secret of the request.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual runtime::Task<> log(core::LogLevel level, std::string text) = 0;
  virtual runtime::Task<> progress(core::JobProgress progress) = 0;
  // restic runs as `pid`; 0 when it has ended. For the ledger: a killed agent finds it again. Called from a destructor,
  // so what goes wrong in it stays in it.
  virtual void process(pid_t pid) noexcept = 0;
};

// Asks a running backup to stop: SIGINT to restic, SIGKILL when it has not ended after `grace` or the repository is
// away, then `restic unlock` (stale locks only), which a further request ends.
class Cancellation {
 public:
  void request() {
    requested_ = true;
    if (on_request_) on_request_();
  }
  bool requested() const { return requested_; }
  // One listener: the running backup.
  void on_request(std::function<void()> callback) { on_request_ = std::move(callback); }

 private:
  bool requested_ = false;
  std::function<void()> on_request_;
};

// How long a backup waits for what may never come.
struct BackupLimits {
  std::chrono::seconds cancel_grace{60};
  // For somebody else's work that locks the repository: a prune may take hours.
  std::chrono::seconds lock{std::chrono::hours(2)};
  // Between two looks at the lock, with a restic that cannot wait by itself.
  std::chrono::milliseconds lock_poll{std::chrono::seconds(30)};
  // For removing the lock of a restic that was stopped.
  std::chrono::milliseconds unlock{std::chrono::seconds(20)};
  // For the first look at a repository that may have to be made: from 0.17 on restic goes on trying for 15 minutes.
  std::chrono::milliseconds probe{60'000};
  SourceCheck sources{};
};

// Backs up. Looks at every source first, off the loop, and does without those that cannot be reached; initialises a
// missing repository when told to; waits while somebody else has locked it. Every way this can end is a JobResult whose
// failure has a plain message and a next step. Succeeded only with a snapshot id that restic printed and a good end of
// it; Partial when there is a snapshot that lacks something: a source, a file, all files, or a repository that is
// sound.
runtime::Task<core::JobResult> back_up(runtime::Loop& loop, const runtime::Clock& clock,
                                       const Installation& installation, const BackupRequest& request,
                                       Listener& listener, Cancellation& cancellation, BackupLimits limits = {});

// After the agent was killed: ends a restic of ours that may still run (`pid` with `start_time` as
// runtime::process_start_time gave it; one that nobody could note is known by its environment), removes its stale lock,
// and wipes the job's work files. Tells what it did, for the job's log.
runtime::Task<std::string> clean_up_after_crash(runtime::Loop& loop, const Installation& installation,
                                                const BackupRequest& request, pid_t pid, std::string start_time);

}  // namespace holdfast::restic
