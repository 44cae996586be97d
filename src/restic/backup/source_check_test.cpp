#include "restic/backup/source_check.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>

#include "fixture.hpp"

namespace holdfast::restic {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

// A file system on which what is below /away answers only once it is back. The threads that ask own it.
struct FakeFiles {
  SourceLook look(const std::string& path) {
    ++asked;
    const auto now_busy = ++busy;
    for (int most = most_busy; now_busy > most && !most_busy.compare_exchange_weak(most, now_busy);) {
    }
    if (path.starts_with("/away")) {
      std::unique_lock lock(mutex);
      back.wait(lock, [this] { return is_back; });
    }
    --busy;
    return {.state = path == "/missing" ? SourceState::Missing : SourceState::There};
  }
  void come_back() {
    const std::lock_guard lock(mutex);
    is_back = true;
    back.notify_all();
  }

  std::atomic<int> asked = 0;
  std::atomic<int> busy = 0;
  std::atomic<int> most_busy = 0;
  std::mutex mutex;
  std::condition_variable back;
  bool is_back = false;
};

class SourceCheckTest : public testing::Test {
 protected:
  ~SourceCheckTest() override { files_->come_back(); }

  SourceCheck check(std::chrono::milliseconds limit) const {
    SourceCheck made([files = files_](const std::string& path) { return files->look(path); });
    made.limit = limit;
    return made;
  }
  std::vector<SourceState> look(const SourceCheck& check, std::vector<std::string> paths) {
    std::vector<SourceState> states;
    runtime::asio::co_spawn(loop_, check.look(loop_, std::move(paths), cancellation_),
                            [&](const std::exception_ptr&, const std::vector<SourceLook>& looks) {
                              for (const auto& one : looks) states.push_back(one.state);
                            });
    loop_.restart();
    loop_.run();
    return states;
  }

  runtime::Loop loop_;
  Cancellation cancellation_;
  std::shared_ptr<FakeFiles> files_ = std::make_shared<FakeFiles>();
};

TEST(LookAtSource, TellsWhatIsThere) {
  const TemporaryDirectory folder;
  const auto state = [&](const std::string& name) { return look_at_source((folder / name).string()).state; };
  write(folder / "file", "");
  write(folder / "full" / "file", "");
  std::filesystem::create_directories(folder / "empty");
  EXPECT_EQ(state("file"), SourceState::There);
  EXPECT_EQ(state("full"), SourceState::There);
  EXPECT_EQ(state("full/"), SourceState::There);
  EXPECT_EQ(state("empty"), SourceState::Empty);
  EXPECT_EQ(state("no"), SourceState::Missing);
  EXPECT_EQ(state("no/way"), SourceState::Missing);
  EXPECT_EQ(state("file/below"), SourceState::Missing);
}

TEST(LookAtSource, TellsWhereALinkLeads) {
  const TemporaryDirectory folder;
  write(folder / "full" / "file", "");
  std::filesystem::create_directory_symlink(folder / "full", folder / "link");
  for (const auto* name : {"link", "link/"}) {
    const auto look = look_at_source((folder / name).string());
    EXPECT_EQ(look.state, SourceState::Link) << name;
    EXPECT_EQ(look.detail, std::filesystem::canonical(folder / "full").string());
  }
  EXPECT_EQ(look_at_source((folder / "link" / "file").string()).state, SourceState::There) << "a link on the way";
}

TEST(LookAtSource, NamesWhatHoldsNoData) {
  const TemporaryDirectory folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto pipe = look_at_source((folder / "pipe").string());
  EXPECT_EQ(pipe.state, SourceState::Special);
  EXPECT_EQ(pipe.detail, "named pipe");
  EXPECT_EQ(look_at_source("/dev/null").detail, "character device");
}

TEST(LookAtSource, NamesTheErrorOfTheFileSystem) {
  const TemporaryDirectory folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  const auto look = look_at_source((folder / "loop" / "data").string());
  EXPECT_EQ(look.state, SourceState::Unreachable);
  EXPECT_THAT(look.detail, testing::HasSubstr("Too many levels"));
  EXPECT_EQ(look_at_source("/" + std::string(5000, 'x')).state, SourceState::Unreachable);
}

TEST(LookAtSource, TellsTheMountPoint) {
  const TemporaryDirectory folder;
  EXPECT_EQ(look_at_source("/proc").mount_point, "/proc");
  EXPECT_EQ(look_at_source("/proc/self/status").mount_point, "/proc");
  EXPECT_EQ(look_at_source("/proc/no/such/thing").mount_point, "/proc");
  EXPECT_THAT(look_at_source((folder / "x").string()).mount_point, testing::StartsWith("/"));
}

TEST_F(SourceCheckTest, GivesUpOnTheOneThatDoesNotAnswer) {
  auto impatient = check(1ms);
  EXPECT_THAT(look(impatient, {"/away"}), ElementsAre(SourceState::Silent));
  impatient.limit = 1h;
  EXPECT_THAT(look(impatient, {"/there", "/away", "/missing"}),
              ElementsAre(SourceState::There, SourceState::Silent, SourceState::Missing));
}

TEST_F(SourceCheckTest, WaitsForAnAnswerThatComesInTime) {
  runtime::asio::post(loop_, [this] { files_->come_back(); });
  EXPECT_THAT(look(check(1h), {"/away"}), ElementsAre(SourceState::There));
}

TEST_F(SourceCheckTest, DoesNotAskAgainWhileAThreadStillWaits) {
  const auto first = check(1ms);
  EXPECT_THAT(look(first, {"/away"}), ElementsAre(SourceState::Silent));
  const auto copy = first;
  EXPECT_THAT(look(copy, {"/away"}), ElementsAre(SourceState::Silent));
  EXPECT_LE(files_->asked, 1);  // the thread may not have begun
  files_->come_back();
  while (look(copy, {"/away"}).front() == SourceState::Silent) {
  }
  EXPECT_GT(files_->asked, 1);
}

TEST_F(SourceCheckTest, EndsAtOnceWhenTheJobIsCancelled) {
  runtime::asio::post(loop_, [this] { cancellation_.request(); });
  EXPECT_THAT(look(check(1h), {"/away"}), ElementsAre(SourceState::Silent));
}

TEST_F(SourceCheckTest, AsksAFewAtATime) {
  const auto states = look(check(1h), std::vector<std::string>(1000, "/there"));
  EXPECT_THAT(states, testing::AllOf(SizeIs(1000), Each(SourceState::There)));
  EXPECT_LE(files_->most_busy, 16);
}

TEST_F(SourceCheckTest, GivesUpOnManyToo) {
  std::vector<std::string> paths;
  for (int i = 0; i < 40; ++i) paths.push_back("/away/" + std::to_string(i));
  EXPECT_THAT(look(check(1ms), paths), testing::AllOf(SizeIs(40), Each(SourceState::Silent)));
}

}  // namespace
}  // namespace holdfast::restic
