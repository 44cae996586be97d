#include "protocol/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "report/report_documents.hpp"
#include "report_files.hpp"

namespace holdfast::protocol {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using tests::report_file;

const core::Time kMorning = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 6h + 21min;

TEST(Report, NeedsACustomerOnly) {
  core::Report minimal;
  minimal.customer_id = "acme";
  const auto report = parse_report(report_file("minimal.json"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(*report, minimal);
}

TEST(Report, IsReadWhole) {
  const auto report = parse_report(report_file("full.json"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->host, "nas-01");
  EXPECT_EQ(report->timestamp, kMorning);
  EXPECT_EQ(report->health, core::Health::Warn);
  EXPECT_EQ(report->issues.size(), 2U);
  ASSERT_TRUE(report->system);
  EXPECT_EQ(report->system->uptime_seconds, 1'209'600U);
  EXPECT_EQ(report->system->cpu, (core::CpuReport{12.5, 4, std::array{0.42, 0.36, 0.31}, 51.5}));
  EXPECT_EQ(report->system->swap, (core::Space{2'147'479'552, 12'582'912, 0.6}));
  ASSERT_EQ(report->system->disks.size(), 2U);
  EXPECT_EQ(report->system->disks[1].space.percent, 91.5);
  EXPECT_EQ(report->system->disks[0].smart_status, "passed");
  ASSERT_TRUE(report->containers);
  EXPECT_EQ(report->containers->items.at(1).cpu_percent, 112.4);
  ASSERT_TRUE(report->backup);
  EXPECT_EQ(report->backup->snapshot_count, 61U);
  EXPECT_EQ(report->config_hash, "sha256:6b1f0ad7c0a5e7b2");
}

TEST(Report, IsReadFromControllersThatSayMoreAndOther) {
  const auto report = parse_report(report_file("existing-controller.json"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->timestamp, kMorning + 123ms);
  EXPECT_EQ(report->system->uptime_seconds, 86412U);
  EXPECT_EQ(report->system->boot_time, core::Time(1'763'706'048'200ms));
  EXPECT_EQ(report->system->cpu.cores, 4U);
  EXPECT_EQ(report->system->cpu.temperature_celsius, std::nullopt);
  EXPECT_EQ(report->system->memory.total_bytes, 4'000'000'000U);
  EXPECT_EQ(report->system->swap, core::Space{});
  EXPECT_EQ(report->system->disks.at(0).space.percent, 100.0);
  EXPECT_EQ(report->backup->last_run, core::Time(1'763'780'400'000ms));
}

TEST(Report, IsWrittenAsItWasRead) {
  for (const auto* name : {"minimal.json", "full.json", "existing-controller.json"}) {
    const auto report = parse_report(report_file(name));
    ASSERT_TRUE(report) << report.error().message;
    const auto again = parse_report(encode_report(*report));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *report) << name;
  }
}

TEST(Report, IsWrittenWithoutWhatIsUnknown) {
  core::Report report;
  report.customer_id = "acme";
  EXPECT_EQ(encode_report(report), R"({"customer_id":"acme"})");
  report.system.emplace().cpu.percent = 42.0;
  report.backup.emplace();
  EXPECT_EQ(encode_report(report), R"({"customer_id":"acme","system":{"cpu":{"percent":42}},"backup":{}})");
}

TEST(Report, IsWrittenWithinTheLimitsOfItsLists) {
  core::Report report;
  report.customer_id = "acme";
  report.issues.resize(1001);
  report.system.emplace().disks.resize(1001);
  report.containers.emplace().items.resize(5001);
  const auto again = parse_report(encode_report(report));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->issues.size(), 1000U);
  EXPECT_EQ(again->system->disks.size(), 1000U);
  EXPECT_EQ(again->containers->items.size(), 5000U);
}

TEST(Report, IsRefusedWithASentenceThatNamesTheMember) {
  const boost::json::value cases = boost::json::parse(report_file("refused.json"));
  for (const auto& refused : cases.as_array()) {
    const std::string document = boost::json::serialize(refused.at("document"));
    EXPECT_EQ(fault_of(document), std::string(refused.at("sentence").as_string())) << document;
  }
}

TEST(Report, HasNoByteOrderMark) {
  EXPECT_EQ(fault_of("\xEF\xBB\xBF"
                     R"({"customer_id":"acme"})"),
            "The report begins with a byte order mark; leave it out.");
}

TEST(Report, HasLimitedLists) {
  const auto disks = [](std::size_t count) {
    return document_with(R"("system":{"disks":)" + list_of(count, "{}") + "}");
  };
  EXPECT_THAT(left_out_of(disks(1000)), testing::IsEmpty());
  EXPECT_THAT(left_out_of(disks(1003)), ElementsAre("system.disks must have at most 1000 entries."));
  EXPECT_EQ(parse_report(disks(1003))->system->disks.size(), 1000U);
  const auto items = [](std::size_t count) {
    return document_with(R"("containers":{"items":)" + list_of(count, "{}") + "}");
  };
  EXPECT_THAT(left_out_of(items(5000)), testing::IsEmpty());
  EXPECT_THAT(left_out_of(items(5001)), ElementsAre("containers.items must have at most 5000 entries."));
  const auto issues = [](std::size_t count) {
    return document_with(R"("health":{"issues":)" + list_of(count, "\"x\"") + "}");
  };
  EXPECT_THAT(left_out_of(issues(1000)), testing::IsEmpty());
  EXPECT_THAT(left_out_of(issues(1001)), ElementsAre("health.issues must have at most 1000 entries."));
}

TEST(Report, CutsLongTextsBetweenCharacters) {
  const std::string text = std::string(64 * 1024 - 1, 'x') + "ä";
  const auto report = report_with(R"("config_hash":")" + text + "\"");
  EXPECT_EQ(report.config_hash, std::string(64 * 1024 - 1, 'x'));
  EXPECT_EQ(report_with(R"("config_hash":")" + std::string(50'000, 'y') + "\"").config_hash.size(), 50'000U);
}

TEST(Report, ShowsWhateverCharactersATextHas) {
  const auto report = report_with(R"("controller_version":"<b>\u0000\n\u007f'; DROP TABLE hosts;--\ud83d\udd12é")");
  EXPECT_EQ(report.controller_version, "<b><U+0000>\n<U+007F>'; DROP TABLE hosts;--\xF0\x9F\x94\x92\xC3\xA9"s);
}

TEST(Report, TrimsTheNameOfTheHost) {
  EXPECT_EQ(report_with(R"("host":" nas-01\n")").host, "nas-01");
  EXPECT_EQ(report_with(R"("host":")" + std::string(255, 'x') + "\"").host.size(), 255U);
}

TEST(Report, TakesNullAsAbsent) {
  const auto report = report_with(
      R"("host":null,"timestamp":null,"health":{"status":null,"issues":null},"system":null,"containers":null,
         "backup":{"last_run":null,"last_status":null,"age_seconds":null},"config_hash":null)");
  core::Report expected;
  expected.customer_id = "acme";
  expected.backup.emplace();
  EXPECT_EQ(report, expected);
}

TEST(Report, TakesWholeNumbersHoweverTheyAreWritten) {
  for (const auto* number : {"7", "7.0", "0.7e1", "70E-1", "7e0"}) {
    EXPECT_EQ(report_with("\"backup\":{\"snapshot_count\":" + std::string(number) + "}").backup->snapshot_count, 7U)
        << number;
  }
  for (const auto* zero : {"0", "-0", "-0.0", "0e9"}) {
    EXPECT_EQ(report_with("\"backup\":{\"snapshot_count\":" + std::string(zero) + "}").backup->snapshot_count, 0U)
        << zero;
  }
  EXPECT_EQ(report_with(R"("backup":{"snapshot_count":9223372036854775807})").backup->snapshot_count,
            9'223'372'036'854'775'807U);
}

TEST(Report, LeavesOutNumbersThatFitNowhere) {
  for (const auto* number : {"9223372036854775808", "18446744073709551616", "1e400", "-1e400",
                             "123456789012345678901234567890", "1e9223372036854775807"}) {
    EXPECT_THAT(left_out_of(document_with("\"backup\":{\"snapshot_count\":" + std::string(number) + "}")),
                ElementsAre("backup.snapshot_count must be a whole number from 0 to 9223372036854775807."))
        << number;
    EXPECT_THAT(left_out_of(document_with("\"system\":{\"cpu\":{\"percent\":" + std::string(number) + "}}")),
                ElementsAre("system.cpu.percent must be a number from 0 to 100."))
        << number;
  }
}

TEST(Report, TakesAPercentageThatRoundingPushedAbove) {
  EXPECT_EQ(report_with(R"("system":{"memory":{"percent":100.5}})").system->memory.percent, 100.0);
  EXPECT_THAT(left_out_of(document_with(R"("system":{"memory":{"percent":100.51}})")),
              ElementsAre("system.memory.percent must be a number from 0 to 100."));
}

TEST(Report, TakesTimesWithAnyOffsetAndInSeconds) {
  for (const auto* time : {"\"2026-11-22T06:21:00Z\"", "\"2026-11-22t08:21:00+02:00\"",
                           "\"2026-11-21T22:21:00.000-08:00\"", "1795328460", "1795328460.0"}) {
    EXPECT_EQ(report_with("\"timestamp\":" + std::string(time)).timestamp, kMorning) << time;
  }
  EXPECT_EQ(report_with(R"("timestamp":1795328460.25)").timestamp, kMorning + 250ms);
}

TEST(Report, LeavesOutTimesThatAnOffsetMovesOutOfRange) {
  EXPECT_THAT(left_out_of(document_with(R"("timestamp":"1970-01-01T00:00:00+01:00")")),
              ElementsAre(testing::HasSubstr("timestamp must")));
  EXPECT_THAT(left_out_of(document_with(R"("timestamp":"9999-12-31T23:59:59-01:00")")),
              ElementsAre(testing::HasSubstr("timestamp must")));
}

TEST(Report, TakesTheFirstOfAMemberThatIsThereTwiceAndRefusesTwoCustomers) {
  EXPECT_EQ(fault_of(R"({"customer_id":"acme","customer_id":"other"})"), "customer_id is there twice.");
  EXPECT_EQ(fault_of(R"({"customer_id":"acme","customer\u005fid":"other"})"), "customer_id is there twice.");
  EXPECT_THAT(left_out_of(document_with(R"("host":null,"host":"nas")")),
              ElementsAre("host is there twice: the first counts."));
  EXPECT_THAT(left_out_of(document_with(R"("system":{"disks":[{},{"mount":"/","mount":{"a":[1]}}]})")),
              ElementsAre("system.disks[1].mount is there twice: the first counts."));
  EXPECT_THAT(left_out_of(document_with(R"("app":1,"app":2)")), testing::IsEmpty());
}

TEST(Report, ReadsNamesThatAreWrittenWithEscapes) {
  EXPECT_EQ(report_with(R"("h\u006fst":"nas-01")").host, "nas-01");
}

TEST(Report, IgnoresWhatIsNotUnderstoodAnywhere) {
  const auto report = report_with(
      R"("a":1,"system":{"b":[[[{"c":null}]]],"disks":[{"d":"x","mount":"/","percent_":-5}]},"backup":{"e":{}},"":"")");
  core::Report expected;
  expected.customer_id = "acme";
  expected.system.emplace().disks.emplace_back().mount = "/";
  expected.backup.emplace();
  EXPECT_EQ(report, expected);
}

// --- JSON to the last character ---

TEST(Report, MustBeJson) {
  for (const auto* text : {"{",
                           "}",
                           "{]",
                           "[}",
                           "{}}",
                           "{} {}",
                           "{},",
                           "nul",
                           "\"",
                           "{\"customer_id\"}",
                           "{'a':1}",
                           "{\"a\":1,}",
                           "{\"a\" 1}",
                           "{\"a\":1 \"b\":2}",
                           "{,}",
                           "{1:2}",
                           "{\"a\":[1,]}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[}]",
                           "\x7F",
                           "{\"customer_id\":\"acme\"} x",
                           "{\"customer_id\":\"acme\"}}",
                           "{\"customer_id\":\"acme\"}]"}) {
    EXPECT_THAT(fault_of(text), testing::ContainsRegex("^The report (is not valid JSON.*|must be a JSON object)\\.$"))
        << text;
  }
}

TEST(Report, MustBeJsonAlsoWhereNobodyReads) {
  for (const auto* value :
       {"tru",        "truee",       "nul",         "nulll",  "falsy", "NaN",       "Infinity", "-",       "+1",
        "01",         "-01",         "1.",          ".5",     "1e",    "1e+",       "0x10",     "1_000",   "'x'",
        "\"\\x\"",    "\"\\u12\"",   "\"\\u12G4\"", "\"\t\"", "[1,]",  "[,]",       "[1 2]",    "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{\"\\x\":1}", "{a:1}",       "",       "12 34", "{\"a\":[}", "[{]",      "[[]"}) {
    for (const std::string& members :
         {"\"unknown\":" + std::string(value), "\"u\":[{\"a\":" + std::string(value) + "}]"})
      EXPECT_THAT(fault_of(document_with(members)), testing::StartsWith("The report is not valid JSON")) << members;
  }
}

TEST(Report, SaysWhereItIsNotJson) {
  EXPECT_EQ(fault_of(R"({"customer_id":"acme","apps":[1,2,03]})"), "The report is not valid JSON near byte 34.");
  EXPECT_EQ(fault_of(R"({"customer_id":"acme" "host":"nas"})"), "The report is not valid JSON near byte 22.");
  EXPECT_EQ(fault_of(R"({"customer_id":"acme"} {})"), "The report is not valid JSON near byte 23.");
}

TEST(Report, MayHaveAnyJsonWhereNobodyReads) {
  for (const auto* value :
       {"true", "false", "null", "-0", "0", "1e400", "-1E+400", "0.1e-400", "123456789012345678901234567890",
        "\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\udd12\"", "[]", "{}", "[[],{}]", " [ 1 , 2 ] "}) {
    EXPECT_EQ(fault_of(document_with("\"unknown\":" + std::string(value))), "accepted") << value;
  }
}

TEST(Report, MustHaveTextsThatAreUnicode) {
  for (const auto* text : {"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\u0041", "\\udc00\\ud800"}) {
    EXPECT_THAT(fault_of(document_with("\"unknown\":\"" + std::string(text) + "\"")),
                testing::StartsWith("The report is not valid JSON"))
        << text;
    EXPECT_THAT(fault_of(document_with("\"config_hash\":\"" + std::string(text) + "\"")),
                testing::StartsWith("The report is not valid JSON"))
        << text;
  }
}

TEST(Report, MustBeUtf8) {
  for (const auto* bytes : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    EXPECT_EQ(fault_of(document_with("\"unknown\":\"" + std::string(bytes) + "\"")), "The report is not valid UTF-8.");
    EXPECT_EQ(fault_of(document_with("\"host\":\"" + std::string(bytes) + "\"")), "The report is not valid UTF-8.");
  }
}

TEST(Report, IsRefusedWhenItIsEmpty) {
  EXPECT_EQ(fault_of(""), "The report is empty.");
  EXPECT_EQ(fault_of(" \n"), "The report is empty.");
}

TEST(Report, MayNest64Deep) {
  const auto lists = [](std::size_t depth) {
    return document_with("\"unknown\":" + repeated("[", depth) + repeated("]", depth));
  };
  const auto objects = [](std::size_t depth) {
    return document_with("\"unknown\":" + repeated("{\"a\":", depth) + "1" + repeated("}", depth));
  };
  for (const auto& document : {lists(63), objects(63)}) EXPECT_EQ(fault_of(document), "accepted");
  for (const auto& document : {lists(64), objects(64), lists(10'000), objects(10'000), lists(1'000'000)})
    EXPECT_THAT(fault_of(document), testing::StartsWith("The report is nested too deeply"));
}

TEST(Report, CutAnywhereIsRefused) {
  const std::string document = report_file("full.json");
  const std::size_t end = document.find_last_of('}');
  for (std::size_t length = 0; length <= end; ++length)
    EXPECT_FALSE(parse_report(std::string_view(document).substr(0, length))) << length;
}

TEST(Report, MayBeMegabytesLong) {
  const auto report = parse_report(document_with("\"host\":\"nas\",\"unknown\":" + list_of(100'000, "{\"a\":1}")));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->host, "nas");
}

}  // namespace
}  // namespace holdfast::protocol
