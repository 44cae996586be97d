#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.hpp"

// Backups to repositories that are locked, full, unreachable or guarded.
namespace holdfast::restic {
namespace {

using core::JobState;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A program that runs beside the code under test, ended with the test.
class Companion {
 public:
  Companion(runtime::Loop& loop, const runtime::Command& command, std::function<void(std::string_view)> on_line = {})
      : loop_(loop), child_(runtime::Subprocess::start(loop, command)), tell_(std::move(on_line)) {
    keep_ = [this](std::string_view line) -> runtime::Task<> {
      if (tell_) tell_(line);
      co_return;
    };
    runtime::asio::co_spawn(loop, child_->run(keep_, keep_),
                            [this](const std::exception_ptr&, runtime::ExitStatus) { ended_ = true; });
  }
  ~Companion() {
    child_->signal(SIGKILL);
    loop_.restart();
    while (!ended_) loop_.run_one();
  }
  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;
  pid_t pid() const { return child_->pid(); }

 private:
  runtime::Loop& loop_;
  std::unique_ptr<runtime::Subprocess> child_;
  std::function<void(std::string_view)> tell_;
  runtime::Subprocess::OnLine keep_;
  bool ended_ = false;
};

class RestServer {
 public:
  RestServer(runtime::Loop& loop, const std::filesystem::path& folder, const std::string& user,
             const std::string& password)
      : server_(loop, command(folder, user, password), [this](std::string_view line) { read_address(line); }) {
    loop.restart();
    while (url_.empty()) loop.run_one();
  }
  // "http://127.0.0.1:41234/"
  const std::string& url() const { return url_; }

 private:
  static runtime::Command command(const std::filesystem::path& folder, const std::string& user,
                                  const std::string& password) {
    return {.arguments = {"rclone", "serve", "restic", "--addr", "127.0.0.1:0", "--append-only", "--user", user,
                          "--pass", password, folder.string()},
            .environment = {{"PATH", "/usr/bin"}, {"HOME", folder.parent_path().string()}},
            .directory = "/"};
  }
  void read_address(std::string_view line) {
    if (const auto at = line.find("http://"); at != std::string_view::npos) url_ = line.substr(at);
  }

  std::string url_;
  Companion server_;
};

class TroubledBackUp : public ResticTest {};
INSTANTIATE_TEST_SUITE_P(Restic, TroubledBackUp, testing::ValuesIn(test_restics()));

TEST_P(TroubledBackUp, NamesWhoHoldsTheLock) {
  make_repository();
  // restic takes an exclusive lock before it reads the new password, and this file gives it none.
  const auto fifo = directory / "new_password";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto holding = command({"key", "passwd", "--new-password-file", fifo.string()});
  const Companion holder(loop, holding);
  const int opened = ::open(fifo.c_str(), O_WRONLY);  // returns when restic has opened its end
  const auto result = back_up();
  ::close(opened);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "locked");
  EXPECT_THAT(result.failure->message, HasSubstr("process " + std::to_string(holder.pid()) + " on "));
  EXPECT_THAT(result.failure->detail, HasSubstr("already locked exclusively"));
}

TEST_P(TroubledBackUp, TellsThatThereIsNoSpace) {
  const auto small = directory / "small";
  std::filesystem::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=2m") != 0)
    GTEST_SKIP() << "this user may not mount a small file system";
  request.access.url = (small / "repo").string();
  request.initialise = true;
  std::string noise(8 << 20, '\0');
  for (std::uint32_t state = 1; auto& byte : noise)
    byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  write(directory / "data" / "large", noise);
  const auto result = back_up();
  ::umount(small.c_str());
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "no_space") << listener.text();
}

// A port of this host where nobody listens: it is bound, so nobody else can get it either.
class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, size) != 0 || ::getsockname(socket_, generic, &size) != 0)
      throw std::runtime_error("bind");
    number_ = ntohs(address.sin_port);
  }
  ~ClosedPort() { ::close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  std::string text() const { return std::to_string(number_); }

 private:
  int socket_;
  int number_ = 0;
};

TEST_P(TroubledBackUp, TellsThatTheServerIsUnreachable) {
  const ClosedPort port;
  request.access.url = "rest:http://127.0.0.1:" + port.text() + "/web-01/";
  request.initialise = true;
  EXPECT_EQ(back_up({.probe = std::chrono::milliseconds(1500)}).failure->code, "unreachable");
  // From 0.17 on a backup tries for 15 minutes, as it should when a network is away for a moment.
  if (run(find_version(loop, installation)) >= Version{0, 17, 0}) return;
  request.initialise = false;
  EXPECT_EQ(back_up().failure->code, "unreachable");
}

TEST_P(TroubledBackUp, TellsThatTheServerDoesNotTakeTheLogin) {
  const RestServer server(loop, directory / "served", "web-01", "right");
  request.access.url = "rest:" + server.url() + "web-01/";
  request.access.server_user = "web-01";
  request.access.server_password = "wr@ng/:%";
  for (const bool initialise : {false, true}) {
    request.initialise = initialise;
    const auto result = back_up();
    EXPECT_EQ(result.failure->code, "server_login");
    EXPECT_THAT(result.failure->detail, HasSubstr("401"));
  }
  EXPECT_THAT(listener.text(), AllOf(Not(HasSubstr("wr@ng")), Not(HasSubstr("wr%40ng"))));
}

TEST_P(TroubledBackUp, SignsInToAServerWithAnyPassword) {
  const std::string password = "p@ss/w:rd%41 ?#\"";
  const RestServer server(loop, directory / "served", "web-01", password);
  request.access.url = "rest:" + server.url() + "web-01/";
  request.access.server_user = "web-01";
  request.access.server_password = password;
  request.initialise = true;
  EXPECT_EQ(back_up().state, JobState::Succeeded) << listener.text();
  EXPECT_THAT(listener.text(), Not(HasSubstr("p@ss")));
}

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
  request.access.password = "s";
  const auto wrong = write_program(directory / "wrong", R"sh(
if [ "$1" = version ]; then echo "restic 0.14.0"; exit; fi
echo "Fatal: wrong password or no key found" >&2
exit 1)sh");
  const auto result = back_up_with(wrong);
  EXPECT_EQ(result.failure->code, "wrong_password");
  EXPECT_EQ(result.failure->detail, "Fatal: wrong pa******word or no key found");

  const auto skips = write_program(directory / "skips", R"sh(
if [ "$1" = version ]; then echo "restic 0.14.0"; exit; fi
echo "/data/letters does not exist, skipping" >&2
echo '{"message_type":"summary","snapshot_id":"6e0a75aa"}')sh");
  EXPECT_EQ(back_up_with(skips).failure->message,
            "/data/letter*** does not exist on this host. The snapshot has the rest.");
}

TEST_P(BackUpWithAnyProgram, DoesNotTakeExitCodeZeroForASnapshot) {
  const auto silent = write_program(directory / "silent", "[ \"$1\" = version ] && echo 'restic 0.14.0'; exit 0");
  const auto result = back_up_with(silent);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "restic_failed");
}

TEST_P(BackUpWithAnyProgram, TellsThatTheWorkFolderCannotBeMade) {
  installation.work_directory = "/proc/work";
  const auto result = back_up();
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "internal");
}

}  // namespace
}  // namespace holdfast::restic
