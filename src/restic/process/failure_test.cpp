#include "process/failure.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <initializer_list>
#include <system_error>

#include "output/golden.hpp"
#include "output/output.hpp"

namespace holdfast::restic {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

ErrorTail tail_of(const std::string& file) {
  ErrorTail tail;
  for (const auto& line : golden_lines(file)) {
    const auto parsed = parse_line(line);
    if (const auto* text = std::get_if<Text>(&parsed)) tail.add(text->text);
    if (const auto* fatal = std::get_if<Fatal>(&parsed)) tail.add(fatal->message);
  }
  return tail;
}

runtime::ExitStatus exited(int code) {
  return {.code = code, .signal = std::nullopt};
}

const Redactor kNoneSecret{core::RepositoryAccess{}};

struct Case {
  std::string file;
  int exit_code;
  std::string code;
  std::string detail;  // a part of it
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.file;
}

class FailureOfOutput : public testing::TestWithParam<Case> {};

TEST_P(FailureOfOutput, HasItsCodeAndTheLineBehindIt) {
  const auto failure = classify(exited(GetParam().exit_code), tail_of(GetParam().file), kNoneSecret);
  EXPECT_EQ(failure.code, GetParam().code);
  EXPECT_THAT(failure.detail, HasSubstr(GetParam().detail));
  EXPECT_THAT(failure.message, Not(IsEmpty()));
  EXPECT_THAT(failure.next_step, Not(IsEmpty()));
}

TEST_P(FailureOfOutput, IsUnderstoodWhicheverLetterIsThePassword) {
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    core::RepositoryAccess access;
    access.password = letter;
    const auto failure = classify(exited(GetParam().exit_code), tail_of(GetParam().file), Redactor(access));
    EXPECT_EQ(failure.code, GetParam().code) << letter;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Restic, FailureOfOutput,
    testing::Values(Case{"0.14/no_repository.err", 1, "repository_missing", "unable to open config file"},
                    Case{"0.14/no_repository_rest.err", 1, "repository_missing", "<config/> does not exist"},
                    Case{"0.14/wrong_password.err", 1, "wrong_password", "wrong password"},
                    Case{"0.14/refused.err", 1, "unreachable", "connection refused"},
                    Case{"0.14/unknown_name.err", 1, "unreachable", "no such host"},
                    Case{"0.14/unauthorized.err", 1, "server_login", "401"},
                    Case{"0.14/init_unauthorized.err", 1, "server_login", "401"},
                    Case{"0.14/sftp_refused.err", 1, "unreachable", "Connection refused"},
                    Case{"0.14/locked.err", 1, "locked", "already locked"},
                    Case{"0.14/no_space.err", 1, "no_space", "no space left"},
                    Case{"0.14/interrupted.err", 130, "killed", "interrupt"},
                    Case{"0.14/all_missing.err", 1, "source_missing", "do not exist"},
                    Case{"0.14/unknown_flag.err", 1, "restic_failed", "unknown flag: --nope"},
                    Case{"newer/0.17-no_repository.err", 10, "repository_missing", "does not exist"},
                    Case{"newer/0.18-no_repository.err", 10, "repository_missing", "does not exist"},
                    Case{"newer/0.18-locked.err", 11, "locked", "already locked"},
                    Case{"newer/0.18-wrong_password.err", 12, "wrong_password", "wrong password"},
                    Case{"newer/0.17-interrupted.err", 1, "killed", "interrupt"},
                    Case{"newer/0.17-retries.err", 1, "no_space", "507"}));

TEST(Failure, NamesTheHolderOfTheLock) {
  const auto failure = classify(exited(1), tail_of("0.14/locked.err"), kNoneSecret);
  EXPECT_EQ(failure.message, "The repository is locked by process 10729 on host-1.");
  EXPECT_THAT(failure.next_step, HasSubstr("process 10729 on host-1"));
}

TEST(Failure, NamesTheHolderOfTheLockIn018) {
  EXPECT_EQ(classify(exited(11), tail_of("newer/0.18-locked.err"), kNoneSecret).message,
            "The repository is locked by process 13576 on host-1.");
}

TEST(Failure, NamesTheHolderOfTheLockWithoutSecrets) {
  core::RepositoryAccess access;
  access.password = "host-1";
  const auto failure = classify(exited(1), tail_of("0.14/locked.err"), Redactor(access));
  EXPECT_EQ(failure.message, "The repository is locked by process 10729 on ***.");
}

TEST(Failure, NamesTheSignalThatKilled) {
  const auto failure = classify({.code = std::nullopt, .signal = 9}, {}, kNoneSecret);
  EXPECT_EQ(failure.code, "killed");
  EXPECT_EQ(failure.message, "restic was killed by signal 9 (SIGKILL).");
}

TEST(Failure, TakesTheExitCodeOverTheText) {
  EXPECT_EQ(classify(exited(12), {}, kNoneSecret).code, "wrong_password");
  EXPECT_EQ(classify(exited(10), {}, kNoneSecret).code, "repository_missing");
  EXPECT_EQ(classify(exited(11), {}, kNoneSecret).code, "locked");
}

TEST(Failure, TellsAnSshLoginFromAFolderWithoutRights) {
  ErrorTail ssh;
  ssh.add("subprocess ssh: user@host: Permission denied (publickey,password).");
  ssh.add("Fatal: unable to open repository at sftp:user@host:/x: unable to start the sftp session, error: EOF");
  EXPECT_EQ(classify(exited(1), ssh, kNoneSecret).code, "server_login");

  ErrorTail folder;
  folder.add("Fatal: unable to open config file: open /srv/repo/config: permission denied");
  folder.add("Is there a repository at the following location?");
  folder.add("/srv/repo");
  EXPECT_EQ(classify(exited(1), folder, kNoneSecret).code, "no_permission");
}

TEST(Failure, TellsAHostKeyThatIsNotTrusted) {
  ErrorTail tail;
  tail.add("subprocess ssh: Host key verification failed.");
  tail.add("Fatal: unable to open repository at sftp:user@host:/x: unable to start the sftp session, error: EOF");
  EXPECT_EQ(classify(exited(1), tail, kNoneSecret).code, "server_untrusted");
}

TEST(Failure, IsSomethingForAResticThatSaysNothing) {
  for (const int code : {1, 2, 3, 99}) {
    const auto failure = classify(exited(code), {}, kNoneSecret);
    EXPECT_EQ(failure.code, "restic_failed");
    EXPECT_EQ(failure.detail, "");
  }
  EXPECT_EQ(classify(exited(0), {}, kNoneSecret).code, "no_snapshot");
}

ErrorTail tail_with(std::initializer_list<std::string> lines) {
  ErrorTail tail;
  for (const auto& line : lines) tail.add(line);
  return tail;
}

core::JobFailure config_failure(const std::string& cause) {
  return classify(exited(1),
                  tail_with({"Fatal: unable to open config file: " + cause,
                             "Is there a repository at the following location?", "rest:http://vault.lan/x/"}),
                  kNoneSecret);
}

TEST(Failure, DoesNotTakeResticsQuestionForAnAnswer) {
  const std::pair<const char*, const char*> causes[] = {
      {"dial tcp: lookup vault.lan on 127.0.0.53:53: server misbehaving", "unreachable"},
      {"Stat: Access Denied.", "server_login"},
      {"unexpected HTTP response (502): 502 Bad Gateway", "unreachable"},
      {"unexpected HTTP response (400): 400 Bad Request", "server_protocol"},
      {"open /srv/vault/config: too many open files", "too_many_files"},
      {"stat /srv/vault/config: stale NFS file handle", "repository_disk"},
      {"stat /srv/vault/config: transport endpoint is not connected", "repository_disk"},
      {"something that nobody has seen yet", "restic_failed"},
      {"stat /srv/vault/config: no such file or directory", "repository_missing"},
      {"<config/> does not exist", "repository_missing"},
      {"Lstat: file does not exist", "repository_missing"},
      {"Stat: The specified key does not exist.", "repository_missing"},
      {"storage: object doesn't exist", "repository_missing"},
      {"unexpected HTTP response (404): 404 Not Found", "repository_missing"},
  };
  for (const auto& [cause, code] : causes) EXPECT_EQ(config_failure(cause).code, code) << cause;
}

TEST(Failure, QuotesWhatFailedAndNotWhereInTheProgram) {
  const auto failure =
      classify(exited(1),
               tail_with({"Error loading snapshot 8abc1152: load <snapshot/8abc11527a>: unknown trouble",
                          "github.com/restic/restic/internal/restic.FindLatestSnapshot.func1",
                          "github.com/restic/restic/internal/restic/snapshot_find.go:40",
                          "created by main.main in goroutine 1", "runtime.goexit", "runtime/asm_amd64.s:1594"}),
               kNoneSecret);
  EXPECT_EQ(failure.detail, "Error loading snapshot 8abc1152: load <snapshot/8abc11527a>: unknown trouble");
}

TEST(Failure, OfTriesInVainIsTheReasonForThem) {
  EXPECT_EQ(unanswered(tail_with({"Stat(<config/>) returned error, retrying after 1s: Head \"https://v/x\": x509: "
                                  "certificate signed by unknown authority"}),
                       kNoneSecret)
                .code,
            "server_untrusted");
  EXPECT_EQ(unanswered(tail_with({"something else"}), kNoneSecret).code, "unreachable");
  EXPECT_EQ(unanswered({}, kNoneSecret).code, "unreachable");
}

TEST(Failure, OfThisMachineNamesWhatIsUsedUp) {
  const std::system_error files(EMFILE, std::generic_category(), "cannot start restic");
  EXPECT_EQ(internal(files, kNoneSecret).code, "too_many_files");
  const std::system_error other(EIO, std::generic_category(), "cannot start restic");
  EXPECT_EQ(internal(other, kNoneSecret).code, "internal");
}

TEST(Failure, CountsUnreadableFilesAsPeopleDo) {
  EXPECT_THAT(sources_unreadable(0, "").message, HasSubstr("Some files or folders could"));
  EXPECT_THAT(sources_unreadable(1, "").message, HasSubstr("One file or folder could"));
  EXPECT_THAT(sources_unreadable(7, "").message, HasSubstr("7 files or folders could"));
}

TEST(ErrorTail, KeepsTheLastLinesOnly) {
  ErrorTail tail;
  for (int i = 0; i < 1000; ++i) tail.add(std::to_string(i));
  EXPECT_THAT(tail.lines(), SizeIs(64));
  EXPECT_EQ(tail.lines().back(), "999");
}

}  // namespace
}  // namespace holdfast::restic
