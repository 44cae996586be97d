#include "settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "command_line.hpp"
#include "enrolment/hub_api.hpp"
#include "enrolment/identity.hpp"
#include "reports/host_facts.hpp"
#include "test_support.hpp"

namespace holdfast::agent {
namespace {

using testing::HasSubstr;

TEST(Settings, ComeFromTheFileAndTheEnvironmentOverIt) {
  test::TemporaryDirectory folder;
  std::ofstream(folder / "agent.yaml")
      << "state_dir: /srv/agent\nrestic:\n  program: /opt/restic\nlog:\n  format: json\n";
  const auto settings = read_settings(folder / "agent.yaml", {{"HOLDFAST_AGENT_RESTIC_PROGRAM", "/usr/bin/restic"}});
  ASSERT_TRUE(settings) << settings.error();
  EXPECT_EQ(settings->state_directory, "/srv/agent");
  EXPECT_EQ(settings->restic_program, "/usr/bin/restic");
  EXPECT_EQ(settings->log_format, runtime::log::Format::Json);
}

TEST(Settings, SayHowOftenReportsAreMade) {
  EXPECT_EQ(read_settings({}, {})->report_interval, std::chrono::minutes(15));
  EXPECT_EQ(read_settings({}, {{"HOLDFAST_AGENT_REPORT_INTERVAL", "1h30m"}})->report_interval,
            std::chrono::minutes(90));
}

TEST(Settings, HaveFurtherSocketsOfContainerEngines) {
  test::TemporaryDirectory folder;
  std::ofstream(folder / "agent.yaml") << "containers:\n  sockets:\n    - /srv/a.sock\n    - /srv/b.sock\n";
  using Paths = std::vector<std::filesystem::path>;
  EXPECT_EQ(read_settings(folder / "agent.yaml", {}).value().container_sockets, (Paths{"/srv/a.sock", "/srv/b.sock"}));
  EXPECT_EQ(read_settings({}, {{"HOLDFAST_AGENT_CONTAINERS_SOCKETS", "/a, /b"}}).value().container_sockets,
            (Paths{"/a", "/b"}));
  EXPECT_THAT(read_settings({}, {{"HOLDFAST_AGENT_CONTAINERS_SOCKETS", "tcp://127.0.0.1:2375"}}).error(),
              HasSubstr("HOLDFAST_AGENT_CONTAINERS_SOCKETS: must be an absolute path"));
}

TEST(Settings, NameAWrongKeyWithItsLine) {
  test::TemporaryDirectory folder;
  std::ofstream(folder / "agent.yaml") << "state_dir: /srv/agent\nrestic:\n  programme: restic\n";
  const auto settings = read_settings(folder / "agent.yaml", {});
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error(), HasSubstr("agent.yaml:3: restic.programme"));
}

TEST(Settings, RefuseWhatCannotBe) {
  EXPECT_FALSE(read_settings({}, {{"HOLDFAST_AGENT_STATE_DIR", "relative"}}));
  EXPECT_FALSE(read_settings({}, {{"HOLDFAST_AGENT_LOG_LEVEL", "loud"}}));
  EXPECT_FALSE(read_settings({}, {{"HOLDFAST_AGENT_LOG_FORMAT", "xml"}}));
  for (const char* interval : {"59s", "2d", "soon", "0"}) {
    EXPECT_FALSE(read_settings({}, {{"HOLDFAST_AGENT_REPORT_INTERVAL", interval}})) << interval;
  }
}

TEST(HubUrl, IsKeptWithoutItsLastSlash) {
  EXPECT_EQ(check_hub_url("https://hub.example/"), "https://hub.example");
  EXPECT_EQ(check_hub_url("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
}

TEST(HubUrl, IsNothingElseThanASchemeAndAName) {
  for (const char* url :
       {"", "hub.example", "ftp://hub.example", "https://", "https://hub/path", "https://user@hub", "https://h\n"}) {
    EXPECT_FALSE(check_hub_url(url)) << url;
  }
}

TEST(CommandLine, RunsTheAgentWithoutACommand) {
  const char* arguments[] = {"holdfast-agent", "--config", "/etc/agent.yaml"};
  const auto line = std::get<CommandLine>(parse_command_line(3, arguments));
  EXPECT_EQ(line.command, Command::Run);
  EXPECT_EQ(line.config, "/etc/agent.yaml");
}

TEST(CommandLine, TakesCommonOptionsAfterTheCommand) {
  const char* arguments[] = {"holdfast-agent", "enroll", "--hub",       "https://hub",
                             "--token-file",   "-",      "--state-dir", "/tmp/x"};
  const auto line = std::get<CommandLine>(parse_command_line(8, arguments));
  EXPECT_EQ(line.command, Command::Enroll);
  EXPECT_EQ(line.token_file, "-");
  EXPECT_EQ(line.state_directory, "/tmp/x");
}

TEST(CommandLine, EndsWith2WhenItIsWrong) {
  const char* arguments[] = {"holdfast-agent", "enrol"};
  EXPECT_EQ(std::get<int>(parse_command_line(2, arguments)), 2);
  const char* without_hub[] = {"holdfast-agent", "announce"};
  EXPECT_EQ(std::get<int>(parse_command_line(2, without_hub)), 2);
}

TEST(HostFacts, NameTheSystem) {
  EXPECT_EQ(pretty_name("NAME=Debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(pretty_name("PRETTY_NAME='Alpine Linux v3.20'"), "Alpine Linux v3.20");
  EXPECT_EQ(pretty_name("PRETTY_NAME=Void"), "Void");
  EXPECT_EQ(pretty_name("PRETTY_NAME=\"\""), "Linux");
  EXPECT_EQ(pretty_name(""), "Linux");
}

TEST(Identity, IsPrivateAndComesBackAsItWas) {
  test::TemporaryDirectory folder;
  EXPECT_FALSE(load_identity(folder / ""));
  store_identity(folder / "", {"https://hub", "01J", "secret", "/ca.pem"});
  const auto identity = load_identity(folder / "");
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->hub_url, "https://hub");
  EXPECT_EQ(identity->bearer, "secret");
  EXPECT_EQ(identity->ca_file, "/ca.pem");
  const auto mode = std::filesystem::status(folder / "identity.json").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(Identity, ThatIsDamagedIsAnError) {
  test::TemporaryDirectory folder;
  std::ofstream(folder / "identity.json") << "{\"hub_url\":";
  EXPECT_THROW(load_identity(folder / ""), std::runtime_error);
}

}  // namespace
}  // namespace holdfast::agent
