#include <gmock/gmock.h>

#include "fixture.hpp"

// Backups with programs in restic's place: for what no real one can be made to do.
namespace holdfast::restic {
namespace {

using core::JobState;
using testing::HasSubstr;
using testing::Not;

class BackUpWithAnyProgram : public ResticTest {
 protected:
  core::JobResult back_up_with(const std::string& program) {
    installation.program = program;
    return back_up();
  }
};
INSTANTIATE_TEST_SUITE_P(Programs, BackUpWithAnyProgram, testing::Values("/usr/bin/restic"));

TEST_P(BackUpWithAnyProgram, TellsThatResticIsMissing) {
  for (const auto* program : {"/nonexistent/restic", "no-such-restic-anywhere", "/etc/passwd", "/bin/true"}) {
    const auto result = back_up_with(program);
    EXPECT_EQ(result.state, JobState::Failed);
    EXPECT_EQ(result.failure->code, "restic_missing") << program;
    EXPECT_EQ(result.restic_version, "");
  }
}

TEST_P(BackUpWithAnyProgram, TellsThatResticIsTooOld) {
  const auto old = write_program(directory / "old", "echo 'restic 0.9.6 compiled with go1.13.4 on linux/amd64'");
  const auto result = back_up_with(old);
  EXPECT_EQ(result.failure->code, "restic_too_old");
  EXPECT_THAT(result.failure->message, HasSubstr("0.9.6"));
  EXPECT_EQ(result.restic_version, "0.9.6");
}

TEST_P(BackUpWithAnyProgram, NeverTellsASecretThatTheProgramPrints) {
  request.access = {
      .url = "rest:http://hub.example/x", .password = "open sesame", .server_user = "web", .server_password = "s3cr&t"};
  const auto talkative = write_program(directory / "talkative", R"sh(
if [ "$1" = version ]; then echo "restic 0.14.0"; exit; fi
env; env >&2
echo "password $(cat "$RESTIC_PASSWORD_FILE") mode $(stat -c %a "$RESTIC_PASSWORD_FILE")"
echo "Fatal: could not use $(cat "$RESTIC_PASSWORD_FILE") at $RESTIC_REPOSITORY" >&2
exit 1)sh");
  const auto result = back_up_with(talkative);
  EXPECT_EQ(result.failure->code, "restic_failed");
  EXPECT_EQ(result.failure->detail, "Fatal: could not use *** at rest:http://***@hub.example/x");
  EXPECT_THAT(listener.text(), HasSubstr("password *** mode 600"));
  for (const auto* secret : {"open sesame", "s3cr", "web:"}) EXPECT_THAT(listener.text(), Not(HasSubstr(secret)));
}

TEST_P(BackUpWithAnyProgram, UnderstandsItThoughThePasswordIsInItsWords) {
  request.access.password = "sesame";
  const auto wrong = write_program(directory / "wrong", R"sh(
if [ "$1" = version ]; then echo "restic 0.14.0"; exit; fi
echo "Fatal: wrong password or no key found: sesame" >&2
exit 1)sh");
  const auto result = back_up_with(wrong);
  EXPECT_EQ(result.failure->code, "wrong_password");
  EXPECT_EQ(result.failure->detail, "Fatal: wrong password or no key found: ***");

  const auto skips = write_program(directory / "skips", R"sh(
if [ "$1" = version ]; then echo "restic 0.14.0"; exit; fi
echo "/data/sesame does not exist, skipping" >&2
echo '{"message_type":"summary","total_files_processed":1,"snapshot_id":"6e0a75aa"}')sh");
  EXPECT_EQ(back_up_with(skips).failure->message, "/data/*** does not exist on this host. The snapshot has the rest.");
}

TEST_P(BackUpWithAnyProgram, DoesNotTakeExitCodeZeroForASnapshot) {
  const auto silent = write_program(directory / "silent", "[ \"$1\" = version ] && echo 'restic 0.14.0'; exit 0");
  const auto result = back_up_with(silent);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "no_snapshot");
}

// Says how a backup goes, and does what else it is asked for without a word.
std::string program_of(const std::filesystem::path& path, const std::string& backup) {
  return write_program(path, R"sh(
case "$1" in version) echo "restic 0.14.0"; exit;; backup) ;; *) exit;; esac
S='{"message_type":"summary","files_new":3,"total_files_processed":12,"total_bytes_processed":100,"snapshot_id":"8ec6f57a"}'
)sh" + backup);
}

TEST_P(BackUpWithAnyProgram, DoesNotMindFilesThatVanish) {
  const auto vanish = program_of(directory / "vanish", R"sh(
for i in 1 2 3; do
  echo '{"message_type":"error","error":{"Op":"lstat","Path":"/srv/~1","Err":2},"during":"archival","item":"/srv/~1"}' >&2
done
echo "$S"; exit 3)sh");
  const auto result = back_up_with(vanish);
  EXPECT_EQ(result.state, JobState::Succeeded) << listener.text();
  EXPECT_THAT(listener.text(), HasSubstr("/srv/~1 was gone before restic could read it"));

  const auto lost = program_of(directory / "lost", R"sh(
echo '{"message_type":"error","error":{"Op":"lstat","Path":"x","Err":2},"during":"archival","item":")sh" +
                                                       request.sources.paths.front() + R"sh("}' >&2
echo "$S"; exit 3)sh");
  EXPECT_EQ(back_up_with(lost).failure->code, "source_missing") << "it is not any file, but the source itself";
}

TEST_P(BackUpWithAnyProgram, FindsOutWhyAFolderCouldNotBeReadWhereResticDoesNotSay) {
  const auto folder_named = [](const std::string& item) {
    return R"sh(
echo '{"message_type":"error","error":{},"during":"archival","item":")sh" +
           item + R"sh("}' >&2
echo "$S"; exit 3)sh";
  };
  const auto vanished = program_of(directory / "vanished", folder_named((directory / "gone").string()));
  EXPECT_EQ(back_up_with(vanished).state, JobState::Succeeded) << listener.text();
  const auto damaged = program_of(directory / "damaged", folder_named((directory / "data").string()));
  EXPECT_EQ(back_up_with(damaged).failure->code, "repository_damaged");
  const auto unknown = program_of(directory / "unknown", folder_named((directory / "data" / "hello.txt").string()));
  EXPECT_EQ(back_up_with(unknown).failure->code, "sources_unreadable");
}

TEST_P(BackUpWithAnyProgram, DoesNotTakeASnapshotOfADryRunForOne) {
  const auto dry = program_of(directory / "dry", R"sh(
echo '{"message_type":"summary","total_files_processed":12,"snapshot_id":"8ec6f57a","dry_run":true}')sh");
  EXPECT_EQ(back_up_with(dry).state, JobState::Failed);
}

TEST_P(BackUpWithAnyProgram, GivesUpWhatResticRepeatsInVain) {
  const auto futile = program_of(directory / "futile", R"sh(
trap 'echo "signal interrupt received, cleaning up" >&2; exit 130' INT
echo 'Stat(<config/>) returned error, retrying after 1s: Head "https://vault.example/x/config": x509: certificate signed by unknown authority' >&2
while :; do sleep 0.1; done)sh");
  const auto result = back_up_with(futile);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "server_untrusted");
}

TEST_P(BackUpWithAnyProgram, DoesNotWaitForARepositoryThatIsAwayToRemoveALock) {
  const auto away = program_of(directory / "away", R"sh(
trap 'while :; do echo "Remove(<lock/5f1d>) returned error, retrying after 1s: connection refused" >&2; sleep 0.1; done' INT
echo '{"message_type":"status","bytes_done":1}'
while :; do sleep 0.1; done)sh");
  listener.on_progress = [&](const core::JobProgress&) { cancellation.request(); };
  const auto result = back_up_with(away);
  EXPECT_EQ(result.state, JobState::Cancelled);
  EXPECT_THAT(listener.text(), HasSubstr("could not be removed: the repository does not answer"));
}

TEST_P(BackUpWithAnyProgram, RemovesTheLockOfOneThatWasStoppedWhateverItsEnd) {
  const auto stopped = write_program(directory / "stopped", R"sh(
case "$1" in version) echo "restic 0.14.0"; exit;; unlock) echo "successfully removed locks"; exit;; esac
trap 'exit 130' INT
echo '{"message_type":"status","bytes_done":1}'
while :; do sleep 0.1; done)sh");
  listener.on_progress = [&](const core::JobProgress&) { cancellation.request(); };
  EXPECT_EQ(back_up_with(stopped).state, JobState::Cancelled);
  EXPECT_THAT(listener.text(), HasSubstr("\"restic unlock\" says: successfully removed locks"));
}

TEST_P(BackUpWithAnyProgram, StopsRemovingALockWhenItIsAskedAgain) {
  const auto hangs = write_program(directory / "hangs", R"sh(
case "$1" in version) echo "restic 0.14.0"; exit;; unlock) echo > ")sh" +
                                                            (directory / "unlocking").string() + R"sh("
  exec sleep 1000;; esac
trap 'exit 130' INT
echo '{"message_type":"status","bytes_done":1}'
while :; do sleep 0.1; done)sh");
  listener.on_progress = [&](const core::JobProgress&) { cancellation.request(); };
  const std::function<runtime::Task<>()> ask_again = [&]() -> runtime::Task<> {
    while (!std::filesystem::exists(directory / "unlocking")) co_await runtime::sleep_for(std::chrono::milliseconds(5));
    cancellation.request();
  };
  runtime::asio::co_spawn(loop, ask_again(), [](const std::exception_ptr&) {});
  EXPECT_EQ(back_up_with(hangs).state, JobState::Cancelled);
  EXPECT_THAT(listener.text(), HasSubstr("could not be removed"));
}

TEST_P(BackUpWithAnyProgram, DoesNotSayThatResticIsMissingWhenTheMachineCannotStartIt) {
  const auto program = write_program(directory / "busy", "echo 'restic 0.14.0'");
  const std::ofstream writer(program, std::ios::app);  // the kernel runs no program that somebody writes to
  EXPECT_EQ(back_up_with(program).failure->code, "internal");
}

TEST_P(BackUpWithAnyProgram, TellsThatTheWorkFolderCannotBeMade) {
  installation.work_directory = "/proc/work";
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "internal");
}

}  // namespace
}  // namespace holdfast::restic
