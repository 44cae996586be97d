#include "restic/source_check.hpp"

#include <gmock/gmock.h>

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
  bool is_there(const std::string& path) {
    ++asked;
    const auto now_busy = ++busy;
    for (int most = most_busy; now_busy > most && !most_busy.compare_exchange_weak(most, now_busy);) {
    }
    if (path.starts_with("/away")) {
      std::unique_lock lock(mutex);
      back.wait(lock, [this] { return is_back; });
    }
    --busy;
    return path != "/missing";
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
    SourceCheck made([files = files_](const std::string& path) { return files->is_there(path); });
    made.limit = limit;
    return made;
  }
  std::vector<SourceState> look(const SourceCheck& check, std::vector<std::string> paths) {
    std::optional<std::vector<SourceState>> states;
    runtime::asio::co_spawn(loop_, check.look(loop_, std::move(paths), cancellation_),
                            [&](const std::exception_ptr&, std::vector<SourceState> result) { states = result; });
    loop_.restart();
    loop_.run();
    return states.value();
  }

  runtime::Loop loop_;
  Cancellation cancellation_;
  std::shared_ptr<FakeFiles> files_ = std::make_shared<FakeFiles>();
};

TEST_F(SourceCheckTest, TellsWhatIsThere) {
  const TemporaryDirectory folder;
  write(folder / "file", "");
  std::filesystem::create_symlink(folder / "nowhere", folder / "link");
  EXPECT_THAT(look(SourceCheck(), {(folder / "file").string(), (folder / "link").string(), (folder / "no").string()}),
              ElementsAre(SourceState::There, SourceState::There, SourceState::Missing));
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
  EXPECT_EQ(files_->asked, 1);
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
