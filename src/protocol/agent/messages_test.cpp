#include "protocol/agent/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/samples.hpp"

namespace holdfast::protocol {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(std::string_view text) {
  const auto decoded = decode_agent_message(text);
  return decoded ? "decoded" : decoded.error();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " in " << text;
  return text.replace(at, from.size(), to);
}

TEST(Messages, KeepTheEnvelopeId) {
  const auto decoded = decode_agent_message(encode(AgentMessage(samples::heartbeat()), "request-1"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->id, "request-1");
}

TEST(Messages, MayHaveNoEnvelopeId) {
  const auto decoded = decode_agent_message(encode(AgentMessage(samples::heartbeat())));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->id, "");
}

TEST(Messages, IgnoreUnknownMembers) {
  EXPECT_EQ(error_of(R"({"type":"heartbeat","later":[1],"payload":{"time":"2026-11-22T06:21:00.000Z","later":{}}})"),
            "decoded");
}

TEST(Messages, WithAnUnknownTypeAreRefused) {
  EXPECT_EQ(error_of(R"({"type":"job.sabotaged","payload":{}})"), "unknown type 'job.sabotaged'");
}

TEST(Messages, OfTheOtherSideAreUnknown) {
  EXPECT_EQ(error_of(encode(HubMessage(samples::job_ack()))), "unknown type 'job.ack'");
}

TEST(Messages, ThatAreNoJsonObjectAreRefused) {
  EXPECT_EQ(error_of("{"), "not valid JSON");
  EXPECT_EQ(error_of(""), "not valid JSON");
  EXPECT_EQ(error_of("{} {}"), "not valid JSON");
  EXPECT_EQ(error_of("[]"), "not a JSON object");
  EXPECT_EQ(error_of("{}"), "type: must be a text");
  EXPECT_EQ(error_of(R"({"type":"hello"})"), "payload: is missing");
  EXPECT_EQ(error_of(R"({"type":"hello","payload":7})"), "hello: must be an object");
}

TEST(Messages, WithInvalidUtf8AreRefused) {
  const std::string text = encode(AgentMessage(samples::hello()));
  EXPECT_EQ(error_of(replaced(text, "web-1", "web\xFF")), "not valid JSON");
  EXPECT_EQ(error_of(replaced(text, "web-1", "web\\ud800")), "not valid JSON");
}

TEST(Messages, NestedDeeperThan32AreRefused) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(error_of(R"({"type":"heartbeat","x":)" + deep + "}"), "nested deeper than 32");
}

TEST(Messages, LargerThanAMebibyteAreRefused) {
  EXPECT_THAT(error_of(std::string(kMaxMessageBytes + 1, ' ')), StartsWith("message larger than"));
}

TEST(Messages, NameThePlaceOfWhatIsWrong) {
  const std::string lines = encode(AgentMessage(samples::log_stream()));
  EXPECT_EQ(error_of(replaced(lines, "warning", "loud")), "log.stream: lines[1].level: unknown value");
  const std::string finished = encode(AgentMessage(samples::finished_partial()));
  EXPECT_EQ(error_of(replaced(finished, "\"files_new\":7", "\"files_new\":-7")),
            "job.finished: result.backup.summary.files_new: must be an integer from 0 to 2^63-1");
  EXPECT_EQ(error_of(R"({"type":"heartbeat","payload":{}})"), "heartbeat: time: is missing");
}

TEST(Messages, WithValuesOfTheWrongKindAreRefused) {
  const std::string started = encode(AgentMessage(samples::started()));
  EXPECT_THAT(error_of(replaced(started, "01J0000000000000000000J0B1", "../../etc")), HasSubstr("job: not a ULID"));
  EXPECT_THAT(error_of(replaced(started, "2026-11", "2026-13")), HasSubstr("at: not a time"));
  EXPECT_THAT(error_of(replaced(started, "\"sequence\":2", "\"sequence\":0")), HasSubstr("at least 1"));
  EXPECT_THAT(error_of(replaced(started, "\"sequence\":2", "\"sequence\":\"2\"")),
              HasSubstr("sequence: must be an integer"));
  EXPECT_THAT(error_of(replaced(started, "\"sequence\":2", "\"sequence\":2.5")),
              HasSubstr("sequence: must be an integer"));
  EXPECT_THAT(error_of(replaced(started, "\"sequence\":2", "\"sequence\":18446744073709551615")),
              HasSubstr("sequence:"));
}

TEST(Messages, WithTooLongTextsAreRefused) {
  const std::string hello = encode(AgentMessage(samples::hello()));
  EXPECT_EQ(error_of(replaced(hello, "web-1", std::string(257, 'x'))), "hello: hostname: longer than 256 bytes");
}

TEST(Messages, CutTextsThatTheOtherSideWouldRefuse) {
  Hello hello = samples::hello();
  hello.hostname = std::string(255, 'x') + "ä";
  hello.os = "Debian \xFF";
  const auto decoded = decode_agent_message(encode(AgentMessage(hello)));
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(std::get<Hello>(decoded->message).hostname, std::string(255, 'x'));
  EXPECT_EQ(std::get<Hello>(decoded->message).os, "Debian \xEF\xBF\xBD");
}

TEST(Hello, TellsOfNoMoreJobsThanTheHubTakes) {
  Hello hello = samples::hello();
  hello.jobs.assign(kMaxHelloJobs + 1, {samples::kJob, 1});
  const std::string text = encode(AgentMessage(hello));
  EXPECT_LE(text.size(), kMaxMessageBytes);
  const auto decoded = decode_agent_message(text);
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(std::get<Hello>(decoded->message).jobs.size(), kMaxHelloJobs);
}

TEST(Messages, OfAgentsShowWhatIsHiddenInThem) {
  Hello hello = samples::hello();
  hello.hostname = "web\u200B";
  const auto greeting = decode_agent_message(encode(AgentMessage(hello)));
  EXPECT_EQ(std::get<Hello>(greeting.value().message).hostname, "web<U+200B>");
  LogStream stream = samples::log_stream();
  stream.lines[0].text = "saved /srv/\u202Egpj.exe\tof \x1B[31mroot";
  const auto lines = decode_agent_message(encode(AgentMessage(stream)));
  EXPECT_EQ(std::get<LogStream>(lines.value().message).lines[0].text,
            "saved /srv/<U+202E>gpj.exe\tof <U+001B>[31mroot");
  JobProgressed progressed = samples::progressed();
  progressed.progress.current_files = {"/a\u2066b"};
  const auto progress = decode_agent_message(encode(AgentMessage(progressed)));
  EXPECT_EQ(std::get<JobProgressed>(progress.value().message).progress.current_files.at(0), "/a<U+2066>b");
  JobFinished finished = samples::finished_partial();
  finished.result.failure.emplace().message = "no\u00ADthing";
  const auto result = decode_agent_message(encode(AgentMessage(finished)));
  EXPECT_EQ(std::get<JobFinished>(result.value().message).result.failure->message, "no<U+00AD>thing");
}

TEST(Welcome, OfAHubThatTakesNoReportsSaysNothingOfThem) {
  const std::string text = encode(HubMessage(samples::welcome()));
  const auto decoded = decode_hub_message(replaced(text, ",\"reports\":true", ""));
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_FALSE(std::get<Welcome>(decoded->message).reports);
  EXPECT_EQ(decode_hub_message(replaced(text, ":true", ":1")).error(), "welcome: reports: must be true or false");
}

TEST(ReportSend, CarriesItsDocumentAsItIs) {
  ReportSend message = samples::report_send();
  message.document = "{\"issues\":[\"\\\"quoted\\\" and \\\\ and größe\"]}" + std::string(kMaxReportBytes - 60, '"');
  const auto decoded = decode_agent_message(encode(AgentMessage(message)));
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_TRUE(decoded->message == AgentMessage(message));
}

TEST(ReportSend, IsRefusedWhenItIsTooLarge) {
  const std::string text = encode(AgentMessage(samples::report_send()));
  EXPECT_EQ(error_of(replaced(text, "{\\\"customer", std::string(kMaxReportBytes, ' ') + "{\\\"customer")),
            "report.send: document: longer than 262144 bytes");
  EXPECT_EQ(error_of(replaced(text, samples::kReport.text(), "7")), "report.send: id: not a ULID");
}

TEST(LogStream, NeedsLinesThatAscendByOne) {
  LogStream gap = samples::log_stream();
  gap.lines[1].sequence += 1;
  EXPECT_EQ(error_of(encode(AgentMessage(gap))), "log.stream: lines[1].sequence: must ascend by one");
  EXPECT_EQ(error_of(encode(AgentMessage(LogStream{gap.job, {}}))), "log.stream: lines: must not be empty");
}

TEST(JobFinished, NeverSaysSucceededWithoutASnapshot) {
  JobFinished message = samples::finished_partial();
  message.result.state = core::JobState::Succeeded;
  message.result.outcome = core::BackupOutcome();
  EXPECT_EQ(error_of(encode(AgentMessage(message))),
            "job.finished: result.backup.summary: a job with this state has one");
  message.result.outcome = core::BackupOutcome{core::BackupSummary{}};
  EXPECT_EQ(error_of(encode(AgentMessage(message))),
            "job.finished: result.backup.summary.snapshot_id: not a snapshot id");
}

TEST(JobFinished, HasAFinalStateAndAReason) {
  JobFinished message = samples::finished_failed();
  message.result.state = core::JobState::Running;
  EXPECT_THAT(error_of(encode(AgentMessage(message))), HasSubstr("must be a final state"));
  message.result.state = core::JobState::Cancelled;
  message.result.failure.reset();
  EXPECT_THAT(error_of(encode(AgentMessage(message))), HasSubstr("result.failure: a job with this state has one"));
}

TEST(CommandRun, CarriesPathsOfAnyKind) {
  CommandRun command = samples::command_run();
  auto& sources = std::get<BackupCommand>(command.operation).sources;
  sources.paths = {"/srv/new\nline", "/srv/\"quotes\" and 'more'", "/-dash", "/srv/\\back", "/srv/ä"};
  const auto decoded = decode_hub_message(encode(HubMessage(command)));
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(std::get<BackupCommand>(std::get<CommandRun>(decoded->message).operation).sources, sources);
}

// The agent answers with a failed job: to close the connection would bring the same message again and again.
TEST(CommandRun, IsTakenWhateverItAsksFor) {
  CommandRun command = samples::command_run();
  std::get<BackupCommand>(command.operation).sources.paths = {"--exclude=/"};
  command.access.url = "rclone:remote,ssh=touch:x";
  EXPECT_TRUE(decode_hub_message(encode(HubMessage(command))));
}

TEST(CommandRun, CarriesTheVariablesOfItsRepository) {
  CommandRun command = samples::command_run();
  EXPECT_FALSE(encode(HubMessage(command)).contains("environment")) << "older agents do not know it";
  command.access.environment = {{"RESTIC_CACERT", "-----BEGIN CERTIFICATE-----\nMII\n"}, {"HTTPS_PROXY", "http://p"}};
  const auto decoded = decode_hub_message(encode(HubMessage(command)));
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_EQ(std::get<CommandRun>(decoded->message).access.environment, command.access.environment);
}

TEST(Version1, IsWhatALedgerIsWrittenInForAnOldHub) {
  const AgentMessage finished = samples::finished_partial();
  const auto old = encode(finished, "7", 1);
  EXPECT_TRUE(old.contains(R"("result":{"state":"partial","summary":{"snapshot_id")")) << old;
  EXPECT_EQ(encoded_for(encode(finished, "7"), 1), old);
  EXPECT_EQ(encoded_for(encode(finished, "7"), kVersion), encode(finished, "7"));
  const auto decoded = decode_agent_message(old);
  ASSERT_TRUE(decoded) << decoded.error();
  EXPECT_TRUE(decoded->message == finished);
}

TEST(Version1, IsThatOfAHubThatDoesNotSay) {
  auto text = encode(HubMessage(samples::welcome()));
  text = replaced(text, R"(,"version":3)", "");
  EXPECT_EQ(std::get<Welcome>(decode_hub_message(text)->message).version, 1);
}

TEST(CommandRun, FitsAMessageWhateverTheRepositoryIs) {
  core::SourceSet sources{std::vector<std::string>(900, "/" + std::string(1500, 'p')), {}, {}};
  EXPECT_FALSE(fits_command(sources));
  sources.paths.resize(500);
  EXPECT_TRUE(fits_command(sources));
  sources.paths.assign(500, "/" + std::string(900, '\n'));
  EXPECT_FALSE(fits_command(sources)) << "JSON writes a new line with two characters";
  sources.paths.resize(470);
  ASSERT_TRUE(fits_command(sources));
  CommandRun command = samples::command_run();
  std::get<BackupCommand>(command.operation).sources = sources;
  command.access.url = "rest:https://" + std::string(2000, 'h');
  command.access.password = command.access.server_user = command.access.server_password = std::string(4096, '"');
  for (const auto* name : {"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "RESTIC_CACERT"})
    command.access.environment[name] = std::string(16 * 1024, '"');
  EXPECT_LE(encode(HubMessage(command)).size(), kMaxMessageBytes);
}

}  // namespace
}  // namespace holdfast::protocol
