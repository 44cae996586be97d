#include "output/output.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "output/golden.hpp"

namespace holdfast::restic {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class T>
std::vector<T> all_of(const std::string& file) {
  std::vector<T> found;
  for (const auto& line : golden_lines(file)) {
    auto parsed = parse_line(line);
    if (auto* wanted = std::get_if<T>(&parsed)) found.push_back(std::move(*wanted));
  }
  return found;
}

template <class T>
T parsed(std::string_view line) {
  return std::get<T>(parse_line(line));
}

TEST(OutputLine, TellsProgressOf014) {
  const auto statuses = all_of<Status>("0.14/success.out");
  ASSERT_EQ(statuses.size(), 4u);
  EXPECT_EQ(statuses[0].files_total, 1u);
  EXPECT_EQ(statuses[0].files_done, 0u);
  EXPECT_NEAR(statuses[1].fraction, 0.0524, 0.0001);
  EXPECT_EQ(statuses[1].bytes_done, 5400964u);
  EXPECT_EQ(statuses[1].bytes_total, 103000005u);
}

TEST(OutputLine, TakesAFileNameThatIsNoUtf8AsResticEscapesIt) {
  const auto statuses = all_of<Status>("0.14/success.out");
  EXPECT_THAT(statuses[1].current_files, ElementsAre("/srv/data/a", "/srv/data/bad\xEF\xBF\xBD name"));
}

TEST(OutputLine, TellsTheSummaryOf014) {
  const auto summaries = all_of<Summary>("0.14/success.out");
  ASSERT_EQ(summaries.size(), 1u);
  const core::BackupSummary expected{.snapshot_id = "c12bf97f",
                                     .files_new = 5,
                                     .files_changed = 0,
                                     .files_unmodified = 0,
                                     .bytes_added = 103007496,
                                     .bytes_processed = 103000005,
                                     .files_processed = 5,
                                     .duration_seconds = 1.228887568};
  EXPECT_EQ(summaries[0].backup, expected);
}

TEST(OutputLine, TellsTheSummaryOf019) {
  const auto summaries = all_of<Summary>("newer/0.19-partial.out");
  ASSERT_EQ(summaries.size(), 1u);
  EXPECT_EQ(summaries[0].backup.snapshot_id, "4b5abb57d781bc9a27db68f76a63b9b13285aa5899608ea9dcab4a7d646389ab");
  EXPECT_EQ(summaries[0].backup.files_changed, 1u);
}

TEST(OutputLine, TellsUnreadableFilesInEachShape) {
  const auto old_shape = all_of<Unreadable>("0.14/unreadable.err");
  ASSERT_EQ(old_shape.size(), 1u);
  EXPECT_EQ(old_shape[0].item, "/proc/self/mem");
  EXPECT_EQ(old_shape[0].reason, "Input/output error");

  const auto shape_of_019 = all_of<Unreadable>("newer/0.19-partial.err");
  ASSERT_EQ(shape_of_019.size(), 1u);
  EXPECT_EQ(shape_of_019[0].reason, "open /srv/data/secret: permission denied");

  const auto empty = parsed<Unreadable>(R"({"message_type":"error","error":{},"during":"scan","item":"/x"})");
  EXPECT_EQ(empty.item, "/x");
  EXPECT_EQ(empty.reason, "");
  EXPECT_FALSE(empty.in_snapshot);
}

TEST(OutputLine, KnowsWhatHasSimplyGone) {
  const auto vanished = [](const std::string& error) {
    return parsed<Unreadable>(R"({"message_type":"error","during":"archival","item":"/x","error":)" + error + "}")
        .vanished;
  };
  EXPECT_TRUE(vanished(R"({"Op":"lstat","Path":"/x","Err":2})"));
  EXPECT_TRUE(vanished(R"({"message":"lstat /x: no such file or directory"})"));
  EXPECT_FALSE(vanished(R"({"Op":"open","Path":"/x","Err":13})"));
  EXPECT_FALSE(vanished("{}"));
  EXPECT_FALSE(vanished(
      R"({"message":"tree 35 could not be loaded; the repository could be damaged: ReadFull(<data/26>): open /r/26: no such file or directory"})"));
}

TEST(OutputLine, HasNoSnapshotOfADryRun) {
  EXPECT_THAT(
      parsed<Summary>(R"({"message_type":"summary","snapshot_id":"9012bf28","dry_run":true})").backup.snapshot_id,
      IsEmpty());
  EXPECT_EQ(
      parsed<Summary>(R"({"message_type":"summary","snapshot_id":"9012bf28","dry_run":false})").backup.snapshot_id,
      "9012bf28");
}

TEST(SummaryLines, AreWhatResticPrintsItself) {
  EXPECT_THAT(summary_lines(all_of<Summary>("0.14/success.out").front()),
              ElementsAre("Files: 5 new, 0 changed, 0 unmodified", testing::StartsWith("Dirs: "),
                          "Added to the repository: 98.236 MiB", "processed 5 files, 98.228 MiB in 0:01",
                          "snapshot c12bf97f saved"));
  Summary large;
  large.backup = {.snapshot_id = "4b5abb57d781bc9a",
                  .files_new = 0,
                  .files_changed = 0,
                  .files_unmodified = 0,
                  .bytes_added = 1023,
                  .bytes_processed = 5ULL << 40,
                  .files_processed = 1,
                  .duration_seconds = 3725};
  large.bytes_stored = 2048;
  const auto lines = summary_lines(large);
  EXPECT_EQ(lines[2], "Added to the repository: 1023 B (2.000 KiB stored)");
  EXPECT_EQ(lines[3], "processed 1 files, 5.000 TiB in 1:02:05");
  EXPECT_EQ(lines[4], "snapshot 4b5abb57 saved");
}

TEST(OutputLine, TakesAnyErrorObject) {
  for (const auto* error :
       {"null", "[]", "\"x\"", "3", R"({"Err":{"Op":"x"}})", R"({"Err":99999999})", R"({"message":7})"}) {
    const auto line = std::string(R"({"message_type":"error","item":"/x","error":)") + error + "}";
    EXPECT_EQ(parsed<Unreadable>(line).reason, "") << line;
  }
}

TEST(OutputLine, TellsTheLastWordsOf018) {
  for (const auto& fatal : all_of<Fatal>("newer/0.18-wrong_password.err")) {
    EXPECT_EQ(fatal.message, "Fatal: wrong password or no key found");
  }
}

TEST(OutputLine, DoesNotTakeTheEndOfTheScanForProgress) {
  EXPECT_EQ(all_of<Status>("0.14/verbose.out").size(), 1u);
  EXPECT_EQ(all_of<Ignored>("0.14/verbose.out").size(), 2u);
}

TEST(OutputLine, IgnoresUnknownTypesAndFields) {
  EXPECT_TRUE(std::holds_alternative<Ignored>(parse_line(R"({"message_type":"from_the_future","x":1})")));
  EXPECT_TRUE(std::holds_alternative<Ignored>(parse_line("{}")));
  EXPECT_TRUE(std::holds_alternative<Ignored>(parse_line(R"({"message_type":["status"]})")));
  EXPECT_EQ(parsed<Status>(R"({"message_type":"status","files_done":3,"colour":"red"})").files_done, 3u);
}

TEST(OutputLine, IsTextWhenItIsNoJson) {
  for (const auto* line :
       {"", "Fatal: wrong password", "{not json", R"({"message_type":"status")", "[1]", "\xFF\xFE"}) {
    EXPECT_EQ(parsed<Text>(line).text, line);
  }
}

TEST(OutputLine, TakesNumbersThatAreOutOfRangeOrOfAnotherKindAsAbsent) {
  const auto status = parsed<Status>(
      R"({"message_type":"status","percent_done":1e999,"files_done":-3,"bytes_done":1e30,"total_files":"7","total_bytes":18446744073709551615})");
  EXPECT_EQ(status.fraction, 0);
  EXPECT_EQ(status.files_done, 0u);
  EXPECT_EQ(status.bytes_done, 0u);
  EXPECT_EQ(status.files_total, 0u);
  EXPECT_EQ(status.bytes_total, 18446744073709551615u);
}

TEST(OutputLine, KeepsTheFractionBetweenZeroAndOne) {
  EXPECT_EQ(parsed<Status>(R"({"message_type":"status","percent_done":1.7})").fraction, 1);
  EXPECT_EQ(parsed<Status>(R"({"message_type":"status","percent_done":-1})").fraction, 0);
}

TEST(OutputLine, HasNoSnapshotIdWhenResticGivesSomethingElse) {
  for (const auto* id : {"\"\"", "\"latest\"", "\"abc\"", "7", "null", "\"4b5abb57; rm\""}) {
    const auto line = std::string(R"({"message_type":"summary","snapshot_id":)") + id + "}";
    EXPECT_THAT(parsed<Summary>(line).backup.snapshot_id, IsEmpty()) << line;
  }
}

RC_GTEST_PROP(OutputLine, IsSomethingForAnyBytes, (const std::string& bytes)) {
  parse_line(bytes);
  parse_line("{\"message_type\":\"status\",\"current_files\":[\"" + bytes + "\"]}");
}

}  // namespace
}  // namespace holdfast::restic
