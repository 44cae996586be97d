#include "jobs/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "test_support.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
using test::job_id;
using testing::IsEmpty;
using testing::SizeIs;

core::JobResult failed_result() {
  core::JobResult result;
  result.failure = core::JobFailure{"source_missing", "A source is missing.", "Mend it.", ""};
  return result;
}

protocol::LogStream lines(int job, int count) {
  protocol::LogStream message{job_id(job), {}};
  for (int i = 0; i < count; ++i) message.lines.push_back({0, {}, core::LogLevel::Info, "line " + std::to_string(i)});
  return message;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

class LedgerTest : public testing::Test {
 protected:
  Ledger open() { return Ledger(loop_, folder_ / "ledger"); }
  protocol::CommandRun command(int job) { return test::command(job, "/srv/repository", "/etc"); }
  fs::path messages(int job) { return folder_ / "ledger" / job_id(job).text() / "messages"; }

  // A job with its whole life: 1 waiting, 2 started, 3 to 5 lines, 6 progress, 7 finished.
  void write_whole_life(Ledger& ledger) {
    JobLedger& job = ledger.accept(command(1));
    job.add(protocol::JobWaiting{job.job(), 0, "Waiting."});
    job.add(protocol::JobStarted{job.job(), 0, {}});
    job.add(lines(1, 3));
    job.add(protocol::JobProgressed{job.job(), 0, {}});
    job.add(protocol::JobFinished{job.job(), 0, {}, failed_result()});
  }

  test::TemporaryDirectory folder_;
  runtime::Loop loop_;
};

TEST_F(LedgerTest, KeepsAnAcceptedJobOverARestart) {
  {
    open().accept(command(1));
  }
  Ledger ledger = open();
  JobLedger* job = ledger.find(job_id(1));
  ASSERT_TRUE(job);
  EXPECT_FALSE(job->started());
  EXPECT_EQ(job->last_sequence(), 0u);
  EXPECT_EQ(job->repository(), test::kRepository);
  EXPECT_EQ(job->command().access.password, "correct horse battery staple");
}

TEST_F(LedgerTest, IsPrivate) {
  Ledger ledger = open();
  write_whole_life(ledger);
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "ledger")) {
    EXPECT_EQ(entry.status().permissions() & fs::perms(077), fs::perms::none) << entry.path();
  }
}

TEST_F(LedgerTest, NumbersMessagesWithoutGaps) {
  Ledger ledger = open();
  write_whole_life(ledger);
  std::uint64_t expected = 0;
  for (const std::string& text : ledger.find(job_id(1))->read(0, 1 << 20).messages) {
    const auto decoded = protocol::decode_agent_message(text);
    ASSERT_TRUE(decoded) << decoded.error();
    std::visit(
        [&](const auto& message) {
          if constexpr (requires { message.sequence; }) {
            EXPECT_EQ(message.sequence, ++expected);
          } else if constexpr (requires { message.lines; }) {
            for (const auto& line : message.lines) EXPECT_EQ(line.sequence, ++expected);
          }
        },
        decoded->message);
  }
  EXPECT_EQ(expected, 7u);
}

TEST_F(LedgerTest, KnowsAfterARestartHowFarAJobWas) {
  {
    Ledger ledger = open();
    write_whole_life(ledger);
  }
  Ledger ledger = open();
  const JobLedger* job = ledger.find(job_id(1));
  EXPECT_TRUE(job->started());
  EXPECT_TRUE(job->finished());
  EXPECT_EQ(job->last_sequence(), 7u);
  EXPECT_THAT(ledger.positions(), testing::ElementsAre(protocol::JobPosition{job_id(1), 7}));
}

TEST_F(LedgerTest, DropsAMessageThatACrashCutAtAnyByte) {
  {
    Ledger ledger = open();
    write_whole_life(ledger);
  }
  const std::string whole = bytes_of(messages(1));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string cut = whole.substr(0, length);
    overwrite(messages(1), cut);
    Ledger ledger = open();
    JobLedger& job = *ledger.find(job_id(1));
    EXPECT_FALSE(job.finished());
    EXPECT_EQ(bytes_of(messages(1)), cut.substr(0, cut.rfind('\n') + 1));
    const std::uint64_t before = job.last_sequence();
    job.add(lines(1, 1));
    EXPECT_EQ(job.last_sequence(), before + 1);
  }
}

TEST_F(LedgerTest, DropsWhatAPowerLossFilledWithZeros) {
  {
    Ledger ledger = open();
    write_whole_life(ledger);
  }
  const std::string whole = bytes_of(messages(1));
  const std::size_t third_line = whole.find('\n', whole.find('\n') + 1) + 1;
  std::string zeroed = whole.substr(0, third_line) + std::string(whole.size() - third_line, '\0');
  zeroed.back() = '\n';
  overwrite(messages(1), zeroed);
  Ledger ledger = open();
  EXPECT_EQ(ledger.find(job_id(1))->last_sequence(), 2u);
  EXPECT_EQ(bytes_of(messages(1)).size(), third_line);
}

TEST_F(LedgerTest, RemovesFoldersThatHoldNoAcceptedJob) {
  {
    open().accept(command(1));
  }
  fs::remove(folder_ / "ledger" / job_id(1).text() / "command.json");
  fs::create_directory(folder_ / "ledger" / "lost+found");
  Ledger ledger = open();
  EXPECT_THAT(ledger.jobs(), IsEmpty());
  EXPECT_FALSE(fs::exists(folder_ / "ledger" / job_id(1).text()));
  EXPECT_TRUE(fs::exists(folder_ / "ledger" / "lost+found"));
}

TEST_F(LedgerTest, ForgetsAJobWithItsSecretsOnceTheHubHasItsEnd) {
  Ledger ledger = open();
  write_whole_life(ledger);
  ledger.acknowledge(job_id(1), 6);
  EXPECT_TRUE(ledger.find(job_id(1)));
  ledger.acknowledge(job_id(1), 7);
  EXPECT_FALSE(ledger.find(job_id(1)));
  EXPECT_TRUE(fs::is_empty(folder_ / "ledger"));
}

TEST_F(LedgerTest, ReadsOnlyWhatTheHubDoesNotHave) {
  Ledger ledger = open();
  write_whole_life(ledger);
  ledger.acknowledge(job_id(1), 4);  // in the middle of the three lines
  EXPECT_THAT(ledger.find(job_id(1))->read(0, 1 << 20).messages, SizeIs(3));
}

TEST_F(LedgerTest, IsReadInPieces) {
  Ledger ledger = open();
  write_whole_life(ledger);
  const JobLedger& job = *ledger.find(job_id(1));
  std::vector<std::string> pieces;
  for (std::uint64_t offset = 0; offset < job.size();) {
    const auto chunk = job.read(offset, 1);
    ASSERT_THAT(chunk.messages, SizeIs(1));
    pieces.push_back(chunk.messages[0]);
    offset = chunk.next_offset;
  }
  EXPECT_EQ(pieces, job.read(0, 1 << 20).messages);
}

TEST_F(LedgerTest, GoesOnAfterWhatTheHubAlreadyHas) {
  Ledger ledger = open();
  JobLedger& job = ledger.accept(command(1));
  job.add(protocol::JobStarted{job.job(), 0, {}});
  job.continue_after(500);
  job.add(lines(1, 2));
  EXPECT_EQ(job.last_sequence(), 502u);
}

TEST_F(LedgerTest, KeepsNothingMoreOfAnAbandonedJob) {
  Ledger ledger = open();
  JobLedger& job = ledger.accept(command(1));
  job.abandon();
  job.add(lines(1, 2));
  EXPECT_EQ(job.size(), 0u);
  EXPECT_THAT(ledger.positions(), IsEmpty());
}

TEST_F(LedgerTest, RemembersTheProcessWhileItRuns) {
  Ledger ledger = open();
  JobLedger& job = ledger.accept(command(1));
  EXPECT_FALSE(job.process());
  job.set_process(ResticProcess{4711, "123456 with blanks"});
  EXPECT_EQ(job.process()->pid, 4711);
  EXPECT_EQ(job.process()->start_time, "123456 with blanks");
  job.set_process(std::nullopt);
  EXPECT_FALSE(job.process());
}

}  // namespace
}  // namespace holdfast::agent
