#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <future>

#include "database_fixture.hpp"
#include "store/accounts/accounts.hpp"

namespace holdfast::store {
namespace {

using Writes = DatabaseTest;
using Reads = DatabaseTest;

TEST_F(Writes, AreThereWhenTheStoreIsOpenedAgain) {
  write(setting_job("colour", "blue"));
  close();
  EXPECT_EQ(setting("colour"), "blue");
}

TEST_F(Writes, GiveBackWhatTheWorkReturned) {
  const int result = write([](Transaction&) { return 42; });
  EXPECT_EQ(result, 42);
}

TEST_F(Writes, ThatWaitTogetherShareOneCommit) {
  hold_writer();
  const std::uint64_t before = database().stats().commits;
  constexpr int kCount = 300;
  int done = 0;
  for (int i = 0; i < kCount; ++i) {
    std::function<void(Transaction&)> job = setting_job(std::to_string(i));
    asio::co_spawn(loop_, database().write(job), [&done](std::exception_ptr error) { done += error ? 0 : 1; });
  }
  loop_.restart();
  loop_.poll();
  EXPECT_EQ(database().stats().waiting, kCount);
  release_writer();
  loop_.run();
  EXPECT_EQ(done, kCount);
  EXPECT_EQ(database().stats().commits - before, 2u);  // the one that was held, and all of these
  EXPECT_EQ(database().stats().transactions, kCount + 1u);
}

TEST_F(Writes, ThatThrowAreUndoneAndLeaveTheOthersOfTheirGroup) {
  hold_writer();
  std::string error;
  const std::function<void(Transaction&)> failing = [](Transaction& transaction) {
    set_setting(transaction, "second", "yes");
    throw std::runtime_error("no");
  };
  asio::co_spawn(loop_, database().write(setting_job("first")), asio::detached);
  asio::co_spawn(loop_, database().write(failing), [&error](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::runtime_error& caught) {
      error = caught.what();
    }
  });
  asio::co_spawn(loop_, database().write(setting_job("third")), asio::detached);
  loop_.restart();
  loop_.poll();
  release_writer();
  loop_.run();
  EXPECT_EQ(error, "no");
  EXPECT_EQ(setting("first"), "yes");
  EXPECT_EQ(setting("second"), std::nullopt);
  EXPECT_EQ(setting("third"), "yes");
}

TEST_F(Writes, ThatBreakAConstraintThrowADatabaseError) {
  Session session;
  session.token_hash = "hash";
  write([&](Transaction& transaction) { add_session(transaction, session); });
  EXPECT_THROW(write([&](Transaction& transaction) { add_session(transaction, session); }), core::DatabaseError);
}

TEST_F(Writes, QueuedWhenTheDatabaseClosesAreFinished) {
  hold_writer();
  asio::co_spawn(loop_, database().write(setting_job("late")), asio::detached);
  loop_.restart();
  loop_.poll();
  release_writer();
  close();
  EXPECT_EQ(setting("late"), "yes");
}

// The work refers to the waiting coroutine's frame.
TEST_F(Writes, OfACancelledTaskAreWaitedFor) {
  hold_writer();
  asio::cancellation_signal cancel;
  bool ended = false;
  asio::co_spawn(loop_, database().write(setting_job("kept")),
                 asio::bind_cancellation_slot(cancel.slot(), [&ended](std::exception_ptr) { ended = true; }));
  loop_.restart();
  loop_.poll();
  cancel.emit(asio::cancellation_type::terminal);
  loop_.poll();
  EXPECT_FALSE(ended);
  release_writer();
  loop_.run();
  EXPECT_TRUE(ended);
  EXPECT_EQ(setting("kept"), "yes");
}

TEST_F(Reads, SeeOnlyWhatWasCommitted) {
  write(setting_job("colour", "blue"));
  std::promise<void> changed;
  std::promise<void> looked;
  const std::function<void(Transaction&)> change = [&](Transaction& transaction) {
    set_setting(transaction, "colour", "red");
    changed.set_value();
    looked.get_future().wait();
  };
  std::optional<std::string> seen;
  const std::function<bool(View&)> look = [&](View& view) {
    changed.get_future().wait();
    seen = find_setting(view, "colour");
    looked.set_value();
    return true;
  };
  asio::co_spawn(loop_, database().write(change), asio::detached);
  asio::co_spawn(loop_, database().read<bool>(look), asio::detached);
  loop_.restart();
  loop_.run();
  EXPECT_EQ(seen, "blue");
  EXPECT_EQ(setting("colour"), "red");
}

TEST_F(Reads, SeeOneSnapshotFromTheirFirstLookToTheirLast) {
  write(setting_job("colour", "blue"));
  std::promise<void> looked;
  std::promise<void> changed;
  std::vector<std::optional<std::string>> seen;
  const std::function<bool(View&)> look = [&](View& view) {
    seen.push_back(find_setting(view, "colour"));
    looked.set_value();
    changed.get_future().wait();
    seen.push_back(find_setting(view, "colour"));
    return true;
  };
  asio::co_spawn(loop_, database().read<bool>(look), asio::detached);
  loop_.restart();
  loop_.poll();
  looked.get_future().wait();
  asio::co_spawn(loop_, database().write(setting_job("colour", "red")),
                 [&changed](std::exception_ptr) { changed.set_value(); });
  loop_.restart();
  loop_.run();
  EXPECT_THAT(seen, testing::Each(testing::Optional(std::string("blue"))));
}

TEST_F(Reads, ThatThrowHandOnTheException) {
  EXPECT_THROW(read([](View&) -> int { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(setting("colour"), std::nullopt);
}

TEST_F(Reads, CannotWrite) {
  const auto write_in_read = [](View& view) {
    execute(view, "DELETE FROM settings");
    return true;
  };
  EXPECT_THROW(read(write_in_read), core::DatabaseError);
}

}  // namespace
}  // namespace holdfast::store
