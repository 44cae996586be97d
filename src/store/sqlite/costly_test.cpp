#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "database_fixture.hpp"
#include "sqlite/requests.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;

// A question that SQLite never answers.
constexpr std::string_view kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

std::int64_t ask_endlessly(View& view) {
  return connection_of(view).number(kEndless);
}

class Costly : public DatabaseTest {
 protected:
  // How what is asked has ended: "", or what was thrown.
  auto note(std::string& ended) {
    return [&ended](std::exception_ptr thrown, std::int64_t) {
      try {
        if (thrown) std::rethrow_exception(thrown);
        ended = "answered";
      } catch (const core::DatabaseInterrupted&) {
        ended = "interrupted";
      } catch (const std::exception& error) {
        ended = error.what();
      }
    };
  }
};

TEST_F(Costly, AnswersAsReadDoes) {
  write(setting_job("colour", "blue"));
  std::optional<std::string> seen;
  const auto ask = [&]() -> Task<> {
    seen = co_await database().read_costly("acme", [](View& view) { return find_setting(view, "colour"); });
  };
  run(ask());
  EXPECT_EQ(seen, "blue");
}

TEST_F(Costly, IsGivenUpAfterItsLimitAndTheThreadGoesOn) {
  std::string ended;
  asio::co_spawn(loop_, database().read_costly("acme", ask_endlessly), note(ended));
  loop_.run();
  EXPECT_EQ(ended, "interrupted");
  const auto ask = [&]() -> Task<> { co_await database().read_costly("acme", [](View&) { return 1; }); };
  for (int i = 0; i < 4; ++i) run(ask());
}

TEST_F(Costly, IsGivenUpWhenWhoeverAskedIsCancelled) {
  for (const bool costly : {true, false}) {
    std::string ended;
    asio::cancellation_signal cancel;
    auto asked = costly ? database().read_costly("acme", ask_endlessly) : database().read(ask_endlessly);
    asio::co_spawn(loop_, std::move(asked), asio::bind_cancellation_slot(cancel.slot(), note(ended)));
    loop_.restart();
    loop_.poll();
    cancel.emit(asio::cancellation_type::terminal);
    loop_.run();
    EXPECT_EQ(ended, "interrupted") << costly;
  }
}

TEST_F(Costly, AndEverythingElseThatIsReadIsGivenUpAtTheEnd) {
  std::vector<std::string> ended(8);
  for (std::size_t i = 0; i < ended.size(); ++i) {
    auto asked = i % 2 == 0 ? database().read_costly("acme", ask_endlessly) : database().read(ask_endlessly);
    asio::co_spawn(loop_, std::move(asked), note(ended[i]));
  }
  loop_.restart();
  loop_.poll();
  close();
  loop_.run();
  EXPECT_THAT(ended, testing::Each("interrupted"));
}

TEST_F(Costly, HoldsUpNobodyWhoReadsOtherThings) {
  std::vector<std::string> ended(4);
  for (auto& each : ended) asio::co_spawn(loop_, database().read_costly("acme", ask_endlessly), note(each));
  loop_.restart();
  loop_.poll();
  bool read = false;
  const auto look = [&]() -> Task<> { read = co_await database().read([](View&) { return true; }); };
  asio::co_spawn(loop_, look(), asio::detached);
  while (!read) loop_.run_one();
  EXPECT_THAT(ended, testing::Each(""));
  close();
  loop_.run();
}

TEST(Queue, ServesItsOwnersInTurn) {
  runtime::Loop loop;
  RequestQueue queue;
  for (const auto* owner : {"a", "a", "a", "b", "c", "b"})
    queue.push({{}, {}, asio::make_work_guard(loop.get_executor()), nullptr, owner, nullptr});
  std::vector<std::string> served;
  while (queue.size() > 0) served.push_back(queue.take(1).front().owner);
  EXPECT_THAT(served, ElementsAre("a", "b", "c", "a", "b", "a"));
}

}  // namespace
}  // namespace holdfast::store
