#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "fixture.hpp"
#include "runtime/files/files.hpp"

// Backups to repositories that are locked, full, unreachable or guarded.
namespace holdfast::restic {
namespace {

using core::JobState;
using testing::AllOf;
using testing::HasSubstr;
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
  const auto result = back_up({.lock = std::chrono::seconds(0)});
  ::close(opened);
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "locked");
  EXPECT_THAT(result.failure->message, HasSubstr("process " + std::to_string(holder.pid()) + " on "));
  EXPECT_THAT(result.failure->detail, HasSubstr("already locked exclusively"));
}

TEST_P(TroubledBackUp, WaitsUntilTheLockIsGone) {
  make_repository();
  const auto fifo = directory / "new_password";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto holding = command({"key", "passwd", "--new-password-file", fifo.string()});
  const Companion holder(loop, holding);
  const int opened = ::open(fifo.c_str(), O_WRONLY);
  bool waited = false;
  listener.on_log = [&](const std::string& line) {
    if (!line.contains("Waiting for up to 1 min")) return;
    waited = true;
    EXPECT_THAT(line, HasSubstr("process " + std::to_string(holder.pid())));
    for (const auto& lock : std::filesystem::directory_iterator(directory / "repo" / "locks"))
      std::filesystem::remove(lock.path());
  };
  const auto result = back_up({.lock = std::chrono::seconds(60), .lock_poll = std::chrono::milliseconds(10)});
  ::close(opened);
  EXPECT_TRUE(waited);
  EXPECT_EQ(result.state, JobState::Succeeded) << listener.text();
}

TEST_P(TroubledBackUp, IsCancelledWhileItWaitsForALock) {
  make_repository();
  const auto fifo = directory / "new_password";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto holding = command({"key", "passwd", "--new-password-file", fifo.string()});
  const Companion holder(loop, holding);
  const int opened = ::open(fifo.c_str(), O_WRONLY);
  listener.on_log = [&](const std::string& line) {
    if (line.contains("Waiting for up to")) runtime::asio::post(loop, [&] { cancellation.request(); });
  };
  const auto result = back_up();
  ::close(opened);
  EXPECT_EQ(result.state, JobState::Cancelled) << listener.text();
}

// What restic of this version says of a repository with such a fault is in no list: the repository is one.
class DamagedRepository : public TroubledBackUp {
 protected:
  DamagedRepository() {
    make_repository();
    EXPECT_EQ(back_up().state, JobState::Succeeded);
    std::filesystem::remove_all(directory / "cache");
  }
  std::vector<std::filesystem::path> files(const std::string& kind) const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory / "repo" / kind)) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
  }
  static void flip(const std::filesystem::path& file) {
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    auto bytes = runtime::read_file(file).value();
    bytes[bytes.size() / 2] ^= '\x55';
    write(file, bytes);
  }
  void expect_damaged() {
    const auto result = back_up();
    EXPECT_NE(result.state, JobState::Succeeded) << listener.text();
    ASSERT_TRUE(result.failure);
    EXPECT_EQ(result.failure->code, "repository_damaged") << result.failure->detail << listener.text();
    EXPECT_THAT(result.failure->next_step, HasSubstr("restic check"));
  }
};
INSTANTIATE_TEST_SUITE_P(Restic, DamagedRepository, testing::ValuesIn(test_restics()));

TEST_P(DamagedRepository, IsNamedWhenAnIndexIsGone) {
  for (const auto& file : files("index")) std::filesystem::remove(file);
  expect_damaged();
}

TEST_P(DamagedRepository, IsNamedWhenAPackIsFlipped) {
  for (const auto& file : files("data")) flip(file);
  expect_damaged();
}

TEST_P(DamagedRepository, IsNamedWhenASnapshotIsFlipped) {
  for (const auto& file : files("snapshots")) flip(file);
  expect_damaged();
}

TEST_P(DamagedRepository, IsNamedWhenTheConfigIsFlipped) {
  flip(directory / "repo" / "config");
  expect_damaged();
}

TEST_P(TroubledBackUp, TellsThatTheRepositoryCanOnlyBeRead) {
  const auto folder = directory / "mounted";
  std::filesystem::create_directory(folder);
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "") != 0) GTEST_SKIP() << "this user may not mount a file system";
  make_repository();
  std::filesystem::copy(directory / "repo", folder / "repo", std::filesystem::copy_options::recursive);
  ASSERT_EQ(::mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
  request.access.url = (folder / "repo").string();
  const auto result = back_up();
  ::umount(folder.c_str());
  EXPECT_EQ(result.state, JobState::Failed);
  EXPECT_EQ(result.failure->code, "repository_read_only") << listener.text();
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

}  // namespace
}  // namespace holdfast::restic
