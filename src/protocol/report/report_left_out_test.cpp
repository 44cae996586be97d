// Members that cannot be true are left out; all else of their report is taken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "report/report_documents.hpp"
#include "report_files.hpp"

namespace holdfast::protocol {
namespace {

using testing::ElementsAre;
using tests::report_file;

TEST(ReportLeftOut, LeavesOutWhatCannotBeWithASentenceThatNamesTheMember) {
  const boost::json::value cases = boost::json::parse(report_file("left-out.json"));
  for (const auto& wrong : cases.as_array()) {
    const std::string document = boost::json::serialize(wrong.at("document"));
    EXPECT_THAT(left_out_of(document), ElementsAre(std::string(wrong.at("sentence").as_string()))) << document;
  }
}

TEST(ReportLeftOut, IsTakenFromTheFieldWithoutWhatCannotBe) {
  const boost::json::value expected = boost::json::parse(report_file("../field/reports.json"));
  for (const auto& [name, outcome] : expected.as_object()) {
    const auto reading = read_report(report_file("../field/reports/" + std::string(name)));
    boost::json::array left_out;
    for (const auto& sentence : reading.left_out) left_out.emplace_back(sentence);
    const auto* const refused = outcome.as_object().if_contains("refused");
    ASSERT_EQ(reading.refusal.has_value(), refused != nullptr) << name;
    if (refused) {
      EXPECT_THAT(reading.refusal->message, testing::StartsWith(std::string(refused->as_string()))) << name;
    } else {
      EXPECT_EQ(left_out, outcome.at("left_out")) << name;
    }
  }
}

TEST(ReportLeftOut, KeepsAllThatIsWellBesideWhatIsLeftOut) {
  const auto report = report_with(
      R"("host":"nas","system":{"cpu":{"percent":101.2,"cores":4},"memory":7,
         "disks":[{"mount":"/","percent":"91.5"},7,{"mount":"/srv","percent":40}]},
         "health":{"issues":[{"message":"x"},"y"]},"containers":"x","backup":{"last_run":"never","age_seconds":60})");
  core::Report expected;
  expected.customer_id = "acme";
  expected.host = "nas";
  expected.issues = {"y"};
  auto& system = expected.system.emplace();
  system.cpu.cores = 4;
  system.disks.resize(2);
  system.disks[0].mount = "/";
  system.disks[1].mount = "/srv";
  system.disks[1].space.percent = 40;
  expected.backup.emplace().age_seconds = 60;
  EXPECT_EQ(report, expected);
}

TEST(ReportLeftOut, ShowsWhatIsHiddenInTexts) {
  const auto report = report_with(
      R"("health":{"issues":["a\u202eb","two\nlines","⚠️"]},"system":{"hostname":"n\u200b","disks":[{"mount":"/\u2066x"}]})");
  EXPECT_THAT(report.issues, ElementsAre("a<U+202E>b", "two\nlines", "⚠️"));
  EXPECT_EQ(report.system.value().hostname, "n<U+200B>");
  EXPECT_EQ(report.system.value().disks.at(0).mount, "/<U+2066>x");
}

TEST(ReportLeftOut, NamesOnlyTheFirstOfManyThatAreLeftOut) {
  const auto reading = read_report(document_with(R"("system":{"disks":)" + list_of(900, "7") + "}"));
  EXPECT_EQ(reading.left_out.size(), 20U);
  EXPECT_EQ(reading.left_out_count, 900U);
  EXPECT_EQ(reading.left_out.back(), "system.disks[19] must be an object.");
}

TEST(ReportLeftOut, MustBeJsonAlsoWhereItIsLeftOut) {
  for (const auto* value : {"tru", "NaN", "-Infinity", "01", "[1,]", "{\"a\":}", "\"\\x\"", "1 2", "[[]", "'x'"}) {
    for (const auto* place : {"\"system\":%", "\"system\":{\"cpu\":{\"percent\":%}}", "\"timestamp\":%", "\"host\":%",
                              "\"system\":{\"disks\":[{\"mount\":%}]}", "\"health\":{\"issues\":[%]}",
                              "\"system\":{\"cpu\":{\"load\":[%,1,1]}}", "\"health\":{\"status\":%}",
                              "\"backup\":{\"age_seconds\":%}", "\"host\":\"x\",\"host\":%"}) {
      std::string members = place;
      members.replace(members.find('%'), 1, value);
      EXPECT_THAT(fault_of(document_with(members)), testing::StartsWith("The report is not valid JSON")) << members;
    }
  }
}

TEST(ReportLeftOut, SaysWhoseItIsAsFarAsItCanBeReadWhereItIsRefused) {
  const auto reading = read_report(R"({"customer_id":"acme","host":"nas","system":{"cpu":{"percent":NaN}}})");
  EXPECT_TRUE(reading.refusal);
  EXPECT_EQ(reading.report.customer_id, "acme");
  EXPECT_EQ(reading.report.host, "nas");
}

TEST(ReportLeftOut, TakesWhatLanguagesWriteOfATimeThatWasNeverSetAsAbsent) {
  for (const auto* never : {"\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+01:00\"", "\"0000-12-31T23:00:00Z\"",
                            "0", "0.0", "\"1970-01-01T00:00:00Z\"", "\"1970-01-01T01:00:00+01:00\"",
                            "\"1601-01-01T00:00:00Z\"", "-62135596800", "\"\"", "null"}) {
    const auto document = document_with("\"timestamp\":" + std::string(never) + ",\"backup\":{\"last_run\":" + never +
                                        ",\"next_run\":" + never + "}");
    EXPECT_THAT(left_out_of(document), testing::IsEmpty()) << never;
    const auto report = parse_report(document).value();
    EXPECT_EQ(report.timestamp, std::nullopt) << never;
    EXPECT_EQ(report.backup, core::BackupReport()) << never;
  }
}

TEST(ReportLeftOut, TakesAHealthThatNobodyKnowsForAWarning) {
  for (const auto* said : {"\"critical\"", "\"\"", "3", "{}", "true"})
    EXPECT_EQ(report_with("\"health\":{\"status\":" + std::string(said) + "}").health, core::Health::Warn) << said;
  EXPECT_EQ(report_with(R"("health":{"status":" OK "})").health, core::Health::Ok);
  EXPECT_EQ(report_with(R"("health":{"status":null})").health, std::nullopt);
}

TEST(ReportLeftOut, TakesTheNearestNameForAHostThatCannotBeCalledSo) {
  EXPECT_EQ(report_with(R"("host":"a\nb")").host, "a b");
  EXPECT_EQ(report_with(R"("host":"\u0000nas\u0000")").host, "nas");
  EXPECT_EQ(report_with(R"("host":42)").host, "42");
  EXPECT_EQ(report_with(R"("host":"db1\u200b")").host, "db1<U+200B>") << "not db1, which may be another";
  EXPECT_EQ(report_with(R"("host":"\u202e1bd")").host, "<U+202E>1bd");
  EXPECT_EQ(report_with(R"("host":"\u0301")").host, "<U+0301>");
  EXPECT_EQ(report_with(R"("host":")" + std::string(300, 'x') + "\"").host, std::string(255, 'x'));
  EXPECT_EQ(report_with(R"("host":" ")").host, "");
}

}  // namespace
}  // namespace holdfast::protocol
