#include "fleet/agent_session.hpp"

#include <gtest/gtest.h>

#include "report_text.hpp"
#include "world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;
using protocol::CloseCode;

struct AgentSessionTest : testing::Test {
  AgentSessionTest() : host(world.ready_host()) {}

  std::unique_ptr<AgentSession> open(RecordingLink& end) {
    return std::make_unique<AgentSession>(AgentSession::Parts{world.database, world.clock, world.agents,
                                                              world.enrolment, world.jobs, world.reports, world.watch},
                                          AgentIdentity{host, "hash"}, end);
  }
  std::optional<AgentSession::Close> say(AgentSession& session, const protocol::AgentMessage& message) {
    const std::string text = protocol::encode(message);
    return world.run(session.receive(text));
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
    const auto close = world.run(session->receive(text));
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
  return core::ReportId(core::make_ulid({}, runtime::random_ulid_entropy()));
}

TEST_F(AgentSessionTest, AReportIsAcknowledgedWhenItIsDurable) {
  const auto session = open(link);
  say(*session, hello());
  EXPECT_TRUE(link.all<protocol::Welcome>().front().reports);
  const auto id = any_report();
  const std::string document = ReportText{.at = world.clock.now(), .cpu = 12};
  EXPECT_FALSE(say(*session, protocol::ReportSend{id, document}));
  EXPECT_EQ(link.all<protocol::ReportAck>().front().id, id);
  EXPECT_EQ(world.run(world.reports.latest(host))->document, document);
}

TEST_F(AgentSessionTest, AReportThatComesAgainIsAcknowledgedAgainAndStoredOnce) {
  const auto session = open(link);
  say(*session, hello());
  const protocol::ReportSend report{any_report(), ReportText{.at = world.clock.now()}};
  say(*session, report);
  say(*session, report);
  EXPECT_EQ(link.all<protocol::ReportAck>().size(), 2u);
  EXPECT_EQ(world.run(world.reports.last(host, 10)).size(), 1u);
}

TEST_F(AgentSessionTest, AReportThatCannotBeReadIsAcknowledgedAndDropped) {
  const auto session = open(link);
  say(*session, hello());
  EXPECT_FALSE(say(*session, protocol::ReportSend{any_report(), R"({"customer_id":7})"}));
  EXPECT_EQ(link.all<protocol::ReportAck>().size(), 1u);
  EXPECT_TRUE(world.run(world.reports.last(host, 10)).empty());
}

TEST_F(AgentSessionTest, AReportOfAnAgentWhoseClockIsADayOffIsOfTheRightMoment) {
  const auto session = open(link);
  auto late = hello();
  late.time = world.clock.now() - 24h;
  say(*session, late);
  say(*session, protocol::ReportSend{any_report(), ReportText{.at = world.clock.now() - 24h}});
  EXPECT_EQ(world.run(world.reports.latest(host))->at, world.clock.now());
}

TEST_F(AgentSessionTest, AHostIsNotWaitingAnyMoreWhenItsAgentSaysHello) {
  EXPECT_EQ(world.run(world.hosts.find(host))->status.state, core::HostState::Waiting);
  const auto session = open(link);
  say(*session, hello());
  EXPECT_EQ(world.run(world.hosts.find(host))->status.reason, "No backup yet");
}

}  // namespace
}  // namespace holdfast::fleet
