#include "restic/repository/repository_check.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <system_error>

#include "process/command.hpp"
#include "process/failure.hpp"
#include "process/runner.hpp"
#include "process/version.hpp"
#include "process/work_files.hpp"
#include "runtime/config/config.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "text/ulid.hpp"

// restic has no command that only tries, so steps are told apart by how others end: whoever refuses the password was
// reached, and to list keys restic writes a lock. It repeats for many minutes what a store refuses, so the first
// refusal ends the run.
namespace holdfast::restic {
namespace {

namespace json = boost::json;
using core::CheckStep;
using core::StepState;
using Failure = std::optional<core::JobFailure>;

// What a key of ours says where it is from.
constexpr std::string_view kKeyHost = "holdfast-connection-test";

Installation for_checks(Installation installation) {
  installation.work_directory /= "checks";
  return installation;
}

// Whoever answers so has been reached.
bool is_answer(const core::JobFailure& failure) {
  constexpr std::string_view kAnswers[] = {"wrong_password", "repository_missing", "server_login", "no_permission",
                                           "locked"};
  return std::ranges::find(kAnswers, failure.code) != std::end(kAnswers);
}

// restic repeats a request that was refused for many minutes.
bool is_refusal(std::string_view line) {
  return line.contains("403 Forbidden") || line.contains("(403)") || line.contains("AccessDenied");
}

core::JobFailure cannot_delete(core::JobFailure failure) {
  if (failure.code != "server_login" && failure.code != "no_permission") return failure;
  return {
      "delete_refused",
      "The host may add to this repository and not delete from it: the server is append-only, or limits its rights.",
      "This protects the backups; only what removes snapshots needs a host that may delete.", failure.detail};
}

// The ids of the keys that an earlier try has left.
std::vector<std::string> keys_of_tries(const std::string& listed) {
  std::vector<std::string> ids;
  json::error_code error;
  const json::value keys = json::parse(listed, error);
  for (const auto& key : !error && keys.is_array() ? keys.get_array() : json::array()) {
    const auto* object = key.if_object();
    const auto* host = object ? object->if_contains("hostName") : nullptr;
    const auto* id = object ? object->if_contains("id") : nullptr;
    const bool ours = host && host->is_string() && std::string_view(host->get_string()) == kKeyHost;
    if (ours && id && id->is_string()) ids.emplace_back(id->get_string());
  }
  return ids;
}

class SilentListener final : public Listener {
  runtime::Task<> log(core::LogLevel, std::string) override { co_return; }
  runtime::Task<> progress(core::JobProgress) override { co_return; }
  void process(pid_t) noexcept override {}
};

// One try, from the first step to the last that makes sense.
class Try {
 public:
  Try(runtime::Loop& loop, const Installation& installation, const CheckRequest& request)
      : loop_(loop), installation_(installation), request_(request), redactor_(request.access) {}

  runtime::Task<> run();
  // Ends the step that was being tried.
  void fail(core::JobFailure failure) { add(next_, std::move(failure)); }
  core::JobFailure internal_failure(std::string_view what) const { return internal(redactor_.clean(what)); }
  CheckReport report() &&;

 private:
  struct Answer {
    Failure failure;
    std::string out;
  };

  runtime::Task<Failure> prepare();
  runtime::Task<bool> open();
  runtime::Task<bool> create();
  runtime::Task<> write_and_delete();
  runtime::Task<Failure> add_key();
  runtime::Task<Answer> ask(Arguments arguments);
  runtime::Task<Answer> run_restic(const runtime::Command& command);
  void add(CheckStep step, Failure failure);

  runtime::Loop& loop_;
  const Installation& installation_;
  const CheckRequest& request_;
  const Redactor redactor_;
  SilentListener listener_;
  std::optional<WorkFiles> files_;
  Environment environment_;
  std::string version_;
  CheckStep next_ = CheckStep::Reached;
  std::vector<core::CheckedStep> steps_;
};

runtime::Task<> Try::run() {
  if (auto failure = co_await prepare()) co_return fail(*std::move(failure));
  if (co_await open()) co_await write_and_delete();
}

runtime::Task<Failure> Try::prepare() {
  const auto version = co_await find_version(loop_, installation_);
  if (!version) co_return restic_missing(installation_.program);
  version_ = version->text();
  if (*version < kOldestVersion) co_return restic_too_old(*version);
  files_.emplace(work_paths(installation_, core::JobId(request_.check.text())), request_.access,
                 std::vector<std::string>());
  environment_ =
      repository_environment(runtime::current_environment(), installation_, request_.access, files_->paths(), *version);
  co_return variables_missing(request_.access, environment_);
}

// Also makes the repository, when that was asked for.
runtime::Task<bool> Try::open() {
  auto opened = co_await ask(probe_arguments(installation_));
  const bool missing = opened.failure && opened.failure->code == "repository_missing";
  const bool reached = !opened.failure || is_answer(*opened.failure);
  add(CheckStep::Reached, reached ? Failure() : opened.failure);
  if (!reached) co_return false;
  if (missing && request_.initialise) co_return co_await create();
  add(CheckStep::Opened, opened.failure);
  co_return !opened.failure;
}

runtime::Task<bool> Try::create() {
  auto made = co_await ask(init_arguments(installation_));
  add(CheckStep::Created, made.failure);
  if (made.failure) co_return false;
  auto opened = co_await ask(probe_arguments(installation_));
  add(CheckStep::Opened, opened.failure);
  co_return !opened.failure;
}

runtime::Task<> Try::write_and_delete() {
  auto listed = co_await ask(list_keys_arguments(installation_));
  if (!listed.failure && keys_of_tries(listed.out).empty()) {
    auto added = co_await add_key();
    if (added) co_return add(CheckStep::Written, std::move(added));
    listed = co_await ask(list_keys_arguments(installation_));
  }
  // To list keys restic writes a lock: also where a key of an earlier try is used, something was written.
  add(CheckStep::Written, listed.failure);
  const auto keys = keys_of_tries(listed.out);
  if (listed.failure || keys.empty()) co_return;
  auto removed = co_await ask(remove_key_arguments(installation_, keys.front()));
  if (removed.failure) removed.failure = cannot_delete(*std::move(removed.failure));
  add(CheckStep::Deleted, std::move(removed.failure));
}

runtime::Task<Failure> Try::add_key() {
  const auto file = files_->paths().directory / "new-password";
  runtime::write_file_atomically(file, runtime::make_token("test"), runtime::Durability::Survives_crash);
  auto added = co_await ask(add_key_arguments(installation_, file, kKeyHost));
  co_return std::move(added.failure);
}

runtime::Task<Try::Answer> Try::ask(Arguments arguments) {
  const runtime::Command command{.arguments = std::move(arguments), .environment = environment_, .directory = "/"};
  co_return co_await run_restic(command);
}

// What restic says when it is stopped tells nothing of the repository.
runtime::Task<Try::Answer> Try::run_restic(const runtime::Command& command) {
  Answer answer;
  ErrorTail tail;
  Cancellation refused;
  Runner runner(loop_, listener_, refused, {});
  const Runner::OnLine on_stdout = [&](std::string_view line) -> runtime::Task<> {
    answer.out.append(line).append("\n");
    co_return;
  };
  const Runner::OnLine on_stderr = [&](std::string_view line) -> runtime::Task<> {
    if (!runner.time_is_up() && !refused.requested()) tail.add(plain_line(line));
    if (is_refusal(line) && !refused.requested()) refused.request();
    co_return;
  };
  auto status = co_await runner.run(command, on_stdout, on_stderr, request_.step_limit);
  if (status.ok()) co_return answer;
  if (refused.requested() || runner.time_is_up()) status = {.code = 1, .signal = {}};
  answer.failure = classify(status, tail, redactor_);
  if (runner.time_is_up() && answer.failure->code == "restic_failed") answer.failure = unanswered(tail, redactor_);
  co_return answer;
}

// A repository that is locked right now can be neither written to nor found wanting.
void Try::add(CheckStep step, Failure failure) {
  const auto failed = failure && failure->code == "locked" ? StepState::Skipped : StepState::Failed;
  steps_.push_back({step, failure ? failed : StepState::Passed, std::move(failure)});
  next_ = CheckStep::Deleted;
  if (step == CheckStep::Opened) next_ = CheckStep::Written;
  if (step < CheckStep::Opened) next_ = CheckStep::Opened;
}

CheckReport Try::report() && {
  for (const auto step : {CheckStep::Opened, CheckStep::Written, CheckStep::Deleted}) {
    const bool tried = std::ranges::find(steps_, step, &core::CheckedStep::step) != steps_.end();
    if (!tried) steps_.push_back({step, StepState::Skipped, {}});
  }
  return {std::move(steps_), std::move(version_)};
}

}  // namespace

runtime::Task<CheckReport> check_repository(runtime::Loop& loop, const Installation& installation,
                                            const CheckRequest& request) {
  const Installation own = for_checks(installation);
  Try one(loop, own, request);
  Failure failure;
  try {
    co_await one.run();
  } catch (const std::system_error& error) {
    failure = one.internal_failure(error.what());
  }
  if (failure) one.fail(*std::move(failure));
  co_return std::move(one).report();
}

void wipe_checks(const Installation& installation) noexcept {
  std::error_code ignored;
  const auto folder = for_checks(installation).work_directory;
  for (const auto& left : std::filesystem::directory_iterator(folder, ignored)) {
    const auto name = left.path().filename().string();
    if (text::is_ulid(name)) wipe_work_files(work_paths(for_checks(installation), core::JobId(name)));
  }
}

}  // namespace holdfast::restic
