#include "fleet/agents/agent_session.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "reports/report_text.hpp"
#include "text/ulid.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using protocol::CloseCode;

struct AgentSessionTest : testing::Test {
  AgentSessionTest() : host(world.ready_host()) {}

  std::unique_ptr<AgentSession> open(RecordingLink& end) {
    return std::make_unique<AgentSession>(world.session, world.identity(host), end);
  }
  std::optional<AgentSession::Close> say(AgentSession& session, const protocol::AgentMessage& message) {
    return world.run(session.receive({protocol::encode(message)}));
  }
  protocol::Hello hello() {
    protocol::Hello message;
    message.agent_version = "1.0";
    message.hostname = "web-01";
    message.os = "Debian 12";
    message.arch = "x86_64";
    message.time = world.clock.now();
    return message;
  }
  static core::JobResult succeeded() {
    core::JobResult result;
    result.state = core::JobState::Succeeded;
    result.outcome = core::BackupOutcome{core::BackupSummary{.snapshot_id = std::string(64, 'a')}};
    return result;
  }
  World world;
  core::HostId host;
  RecordingLink link;
};

TEST_F(AgentSessionTest, AHelloIsWelcomedAndTheHostIsConnected) {
  const auto session = open(link);
  EXPECT_FALSE(say(*session, hello()));
  EXPECT_EQ(link.all<protocol::Welcome>().front().host_name, "web-01");
  EXPECT_TRUE(world.agents.is_connected(host));
  EXPECT_EQ(world.run(world.hosts.find(host))->host.facts.os, "Debian 12");
}

TEST_F(AgentSessionTest, TheHostIsNotConnectedAfterTheSession) {
  say(*open(link), hello());
  EXPECT_FALSE(world.agents.is_connected(host));
}

TEST_F(AgentSessionTest, AnythingBeforeHelloEndsTheConnection) {
  const auto session = open(link);
  EXPECT_EQ(say(*session, protocol::Heartbeat{world.clock.now()})->code, CloseCode::Hello_missing);
}

TEST_F(AgentSessionTest, NonsenseEndsTheConnectionWithAReason) {
  const auto session = open(link);
  for (const auto* text : {"", "{", "[]", R"({"type":"nonsense","id":"","payload":{}})", "\xFF\xFE"}) {
    const auto close = world.run(session->receive({text}));
    ASSERT_TRUE(close) << text;
    EXPECT_EQ(close->code, CloseCode::Bad_message);
    EXPECT_FALSE(close->reason.empty());
  }
}

TEST_F(AgentSessionTest, AnOldProtocolIsToldToUpdate) {
  const auto session = open(link);
  auto message = hello();
  message.version = 0;
  const auto close = say(*session, message);
  EXPECT_EQ(close->code, CloseCode::Version_too_old);
  EXPECT_NE(close->reason.find("update"), std::string::npos);
}

TEST_F(AgentSessionTest, AHeartbeatIsAnswered) {
  const auto session = open(link);
  say(*session, hello());
  EXPECT_FALSE(say(*session, protocol::Heartbeat{world.clock.now()}));
  EXPECT_EQ(link.all<protocol::HeartbeatAck>().size(), 1u);
}

TEST_F(AgentSessionTest, TheNewestConnectionWins) {
  RecordingLink newer;
  const auto first = open(link);
  say(*first, hello());
  auto second = open(newer);
  say(*second, hello());
  EXPECT_EQ(link.closed, CloseCode::Replaced);
  EXPECT_TRUE(world.agents.is_connected(host));
}

TEST_F(AgentSessionTest, AReplacedSessionThatEndsLateLeavesTheNewOneConnected) {
  RecordingLink newer;
  auto first = open(link);
  say(*first, hello());
  const auto second = open(newer);
  say(*second, hello());
  first.reset();
  EXPECT_TRUE(world.agents.is_connected(host));
}

TEST_F(AgentSessionTest, AnAgentWithMoreJobsThanAHelloHoldsHasLostNone) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  ASSERT_TRUE(world.run(world.jobs.record(host, {protocol::JobStarted{job.id, 1, world.clock.now()}})).acks.size());
  const auto session = open(link);
  auto full = hello();
  full.jobs.assign(protocol::kMaxHelloJobs, {core::JobId("01J000000000000000000G0NE1"), 1});
  EXPECT_FALSE(say(*session, full));
  EXPECT_EQ(world.run(world.jobs.find(job.id))->state, core::JobState::Running);
}

TEST_F(AgentSessionTest, AWaitingJobIsSentAfterTheWelcome) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  say(*session, hello());
  ASSERT_TRUE(std::holds_alternative<protocol::Welcome>(link.sent.front()));
  EXPECT_EQ(link.all<protocol::CommandRun>().front().job, job.id);
}

TEST_F(AgentSessionTest, AJobThatTheAgentHasAlreadyIsNotSentAgain) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  auto message = hello();
  message.jobs = {{job.id, 0}};
  say(*session, message);
  EXPECT_TRUE(link.all<protocol::CommandRun>().empty());
}

TEST_F(AgentSessionTest, TimesOfAClockThatIsADayOffAreCorrected) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  auto message = hello();
  message.time = world.clock.now() + 24h;
  say(*session, message);
  say(*session, protocol::JobStarted{job.id, 1, world.clock.now() + 24h});
  EXPECT_EQ(world.run(world.jobs.find(job.id))->started_at, world.clock.now());
}

TEST_F(AgentSessionTest, AClockThatIsPutRightWhileConnectedIsCorrectedFromTheNextHeartbeatOn) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  world.clock.advance(10min);
  const auto session = open(link);
  auto message = hello();
  message.time = world.clock.now() - 30 * 24h;
  say(*session, message);
  say(*session, protocol::Heartbeat{world.clock.now()});
  say(*session, protocol::JobStarted{job.id, 1, world.clock.now() - 1min});
  EXPECT_EQ(world.run(world.jobs.find(job.id))->started_at, world.clock.now() - 1min);
}

TEST_F(AgentSessionTest, AClockThatJumpsBetweenHeartbeatsMakesNoTimeAfterNow) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  auto message = hello();
  message.time = world.clock.now() - 30 * 24h;
  say(*session, message);
  say(*session, protocol::JobFinished{job.id, 1, world.clock.now(), succeeded()});
  EXPECT_EQ(world.run(world.jobs.find(job.id))->finished_at, world.clock.now());
}

TEST_F(AgentSessionTest, ManyMessagesOfJobsAtOnceAreAcknowledgedOnce) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  say(*session, hello());
  const auto before = world.database.stats().transactions;
  std::vector<std::string> texts;
  for (std::uint64_t sequence = 1; sequence <= 50; ++sequence)
    texts.push_back(protocol::encode(protocol::AgentMessage(protocol::JobWaiting{job.id, sequence, "another job"})));
  EXPECT_FALSE(world.run(session->receive(texts)));
  EXPECT_EQ(link.all<protocol::JobAck>(), (std::vector{protocol::JobAck{job.id, 50}}));
  EXPECT_EQ(world.database.stats().transactions, before + 1);
}

// --- two agents with one identity ---

TEST_F(AgentSessionTest, AJobThatAnAgentWhichTakesOverDoesNotKnowIsGivenUpOnlyWhenTheOtherStaysAway) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto state = [&] { return world.run(world.jobs.find(job.id))->state; };
  const auto first = open(link);
  say(*first, hello());
  say(*first, protocol::JobStarted{job.id, 1, world.clock.now()});
  RecordingLink other;
  const auto twin = open(other);
  say(*twin, hello());
  say(*twin, protocol::Heartbeat{world.clock.now()});
  EXPECT_EQ(state(), core::JobState::Running);
  world.clock.advance(5min);
  say(*twin, protocol::Heartbeat{world.clock.now()});
  EXPECT_EQ(state(), core::JobState::Failed);
}

TEST_F(AgentSessionTest, AJobThatAnAgentHasLostIsGivenUpAtOnceWhereNobodyWasConnected) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  auto first = open(link);
  say(*first, hello());
  say(*first, protocol::JobStarted{job.id, 1, world.clock.now()});
  first.reset();
  RecordingLink again;
  const auto second = open(again);
  say(*second, hello());
  EXPECT_EQ(world.run(world.jobs.find(job.id))->state, core::JobState::Failed);
}

TEST_F(AgentSessionTest, TwinsAreTheReasonOfTheHostAndTheOneThatIsConnectedStays) {
  const auto first = open(link);
  say(*first, hello());
  RecordingLink other;
  const auto second = open(other);
  say(*second, hello());
  world.run(world.agents.note_twins(host, "192.0.2.77"));
  EXPECT_NE(world.run(world.hosts.find(host))->status.reason().find("from 192.0.2.77 and 192.0.2.1"),
            std::string::npos);
  RecordingLink third;
  const auto refused = open(third);
  EXPECT_EQ(say(*refused, hello())->code, CloseCode::Replaced);
  EXPECT_FALSE(other.closed);
  world.clock.advance(30s);
  const auto later = open(third);
  EXPECT_FALSE(say(*later, hello()));
  EXPECT_EQ(other.closed, CloseCode::Replaced);
  const auto token = world.run(world.enrolment.make_token(host, world.admin)).value().token;
  world.run(world.enrolment.enrol(token, {"web-01", "web-01", "", "", ""}, "192.0.2.1")).value();
  EXPECT_EQ(world.run(world.hosts.find(host))->status.reason().find("Two agents"), std::string::npos);
}

// --- a bearer that ends, ends everywhere ---

TEST_F(AgentSessionTest, AConnectionWhoseBearerWasRevokedBeforeItsHelloIsNotWelcomed) {
  world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  world.run(world.enrolment.revoke(host, world.admin)).value();
  EXPECT_EQ(link.closed, CloseCode::Revoked) << "it has not said a word yet";
  EXPECT_EQ(say(*session, hello())->code, CloseCode::Revoked);
  EXPECT_TRUE(link.sent.empty());
  EXPECT_FALSE(world.agents.is_connected(host));
}

TEST_F(AgentSessionTest, AConnectionOfARemovedHostIsNotWelcomed) {
  const auto session = open(link);
  world.run(world.hosts.remove(host, world.admin)).value();
  EXPECT_EQ(link.closed, CloseCode::Revoked);
  EXPECT_EQ(say(*session, hello())->code, CloseCode::Revoked);
  EXPECT_TRUE(link.sent.empty());
}

TEST_F(AgentSessionTest, ATokenThatEnrolsTheHostAnewEndsTheConnectionsOfTheOldBearer) {
  RecordingLink silent;
  const auto session = open(link);
  say(*session, hello());
  const auto second = open(silent);
  const auto token = world.run(world.enrolment.make_token(host, world.admin)).value().token;
  world.run(world.enrolment.enrol(token, {"web-01", "web-01", "", "", ""}, "192.0.2.1")).value();
  EXPECT_EQ(link.closed, CloseCode::Revoked);
  EXPECT_EQ(silent.closed, CloseCode::Revoked);
  EXPECT_EQ(say(*second, hello())->code, CloseCode::Revoked);
}

TEST_F(AgentSessionTest, AfterARotationTheOldBearerIsToldToAskAgainAndEndsWhenTheNewOneIsUsed) {
  RecordingLink newer;
  const auto fresh = world.run(world.enrolment.rotate(world.bearers[host])).value();
  const auto old = open(link);
  EXPECT_FALSE(say(*old, hello()));
  EXPECT_EQ(link.all<protocol::CredentialsRotate>().size(), 1u);
  EXPECT_EQ(world.run(world.enrolment.rotate(world.bearers[host])).value(), fresh);
  world.bearers[host] = fresh;
  const auto current = open(newer);
  EXPECT_FALSE(say(*current, hello()));
  EXPECT_EQ(link.closed, CloseCode::Revoked);
  EXPECT_TRUE(newer.all<protocol::CredentialsRotate>().empty());
}

TEST_F(AgentSessionTest, AMessageOfAJobIsAcknowledgedOnceItIsStored) {
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  const auto session = open(link);
  say(*session, hello());
  say(*session, protocol::JobStarted{job.id, 1, world.clock.now()});
  EXPECT_EQ(link.all<protocol::JobAck>().back(), (protocol::JobAck{job.id, 1}));
}

TEST_F(AgentSessionTest, AJobOfSomebodyElseEndsTheConnection) {
  const auto session = open(link);
  say(*session, hello());
  const auto close =
      say(*session, protocol::JobStarted{core::JobId("01ARYZ6S410000000000000000"), 1, world.clock.now()});
  EXPECT_EQ(close->code, CloseCode::Bad_message);
}

core::ReportId any_report() {
  return core::ReportId(text::make_ulid({}, runtime::random_ulid_entropy()));
}

TEST_F(AgentSessionTest, AReportIsAcknowledgedWhenItIsDurable) {
  const auto session = open(link);
  say(*session, hello());
  EXPECT_TRUE(link.all<protocol::Welcome>().front().reports);
  const auto id = any_report();
  const std::string document = ReportText{.at = world.clock.now(), .cpu = 12};
  EXPECT_FALSE(say(*session, protocol::ReportSend{id, document}));
  EXPECT_EQ(link.all<protocol::ReportAck>().front().id, id);
  EXPECT_EQ(world.run(world.stored_reports.latest(host))->document, document);
}

TEST_F(AgentSessionTest, AReportThatComesAgainIsAcknowledgedAgainAndStoredOnce) {
  const auto session = open(link);
  say(*session, hello());
  const protocol::ReportSend report{any_report(), ReportText{.at = world.clock.now()}};
  say(*session, report);
  say(*session, report);
  EXPECT_EQ(link.all<protocol::ReportAck>().size(), 2u);
  EXPECT_EQ(world.run(world.stored_reports.last(host, 10)).size(), 1u);
}

TEST_F(AgentSessionTest, AReportThatCannotBeReadIsAcknowledgedAndDropped) {
  const auto session = open(link);
  say(*session, hello());
  EXPECT_FALSE(say(*session, protocol::ReportSend{any_report(), R"({"customer_id":7})"}));
  EXPECT_EQ(link.all<protocol::ReportAck>().size(), 1u);
  EXPECT_TRUE(world.run(world.stored_reports.last(host, 10)).empty());
}

TEST_F(AgentSessionTest, AReportOfAnAgentWhoseClockIsADayOffIsOfTheRightMoment) {
  const auto session = open(link);
  auto late = hello();
  late.time = world.clock.now() - 24h;
  say(*session, late);
  say(*session, protocol::ReportSend{any_report(), ReportText{.at = world.clock.now() - 24h}});
  EXPECT_EQ(world.run(world.stored_reports.latest(host))->at, world.clock.now());
}

TEST_F(AgentSessionTest, AHostIsNotWaitingAnyMoreWhenItsAgentSaysHello) {
  EXPECT_EQ(world.run(world.hosts.find(host))->status.state, core::HostState::Waiting);
  const auto session = open(link);
  say(*session, hello());
  EXPECT_EQ(world.run(world.hosts.find(host))->status.reason(), "Unprotected: no backup yet");
}

}  // namespace
}  // namespace holdfast::fleet
