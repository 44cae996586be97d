// Golden frames: what is on the wire, byte for byte. After a wanted change write them again with
//   HOLDFAST_UPDATE_FRAMES=1 build/dev/bin/protocol_test --gtest_filter='*Frames*'
// and review the difference.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "agent/fields.hpp"
#include "agent/samples.hpp"

namespace holdfast::protocol {
namespace {

std::vector<AgentMessage> agent_samples() {
  return {samples::hello(),
          samples::heartbeat(),
          samples::waiting(),
          samples::started(),
          samples::progressed(),
          samples::log_stream(),
          samples::finished_partial(),
          samples::report_send(),
          samples::repository_checked(),
          ScheduleAck{4},
          samples::schedule_fire()};
}
std::vector<HubMessage> hub_samples() {
  return {samples::welcome(),        HeartbeatAck{samples::time()}, samples::job_ack(),    samples::command_run(),
          samples::command_cancel(), CredentialsRotate{},           samples::report_ack(), samples::repository_check(),
          samples::schedule_set(),   samples::schedule_fired()};
}

std::string frame_path(const auto& message) {
  const std::string_view name = std::visit([](const auto& alternative) { return type_name(&alternative); }, message);
  return HOLDFAST_TEST_DATA "/frames/" + std::string(name) + ".json";
}

std::string read_frame(const std::string& path) {
  std::ifstream file(path);
  std::string frame{std::istreambuf_iterator<char>(file), {}};
  if (frame.ends_with('\n')) frame.pop_back();
  return frame;
}

void compare_with_file(const auto& message) {
  const std::string path = frame_path(message);
  const std::string frame = encode(message, "01");
  if (std::getenv("HOLDFAST_UPDATE_FRAMES")) std::ofstream(path) << frame << '\n';
  EXPECT_EQ(read_frame(path), frame) << path;
}

TEST(GoldenFrames, AreWhatTheAgentSends) {
  for (const AgentMessage& message : agent_samples()) compare_with_file(message);
}

TEST(GoldenFrames, AreWhatTheHubSends) {
  for (const HubMessage& message : hub_samples()) compare_with_file(message);
}

TEST(GoldenFrames, AreReadAsTheMessageTheyShow) {
  for (const AgentMessage& message : agent_samples()) {
    const auto decoded = decode_agent_message(read_frame(frame_path(message)));
    ASSERT_TRUE(decoded) << decoded.error();
    EXPECT_TRUE(decoded->message == message) << frame_path(message);
  }
  for (const HubMessage& message : hub_samples()) {
    const auto decoded = decode_hub_message(read_frame(frame_path(message)));
    ASSERT_TRUE(decoded) << decoded.error();
    EXPECT_EQ(encode(decoded->message), encode(message));
  }
}

TEST(GoldenFrames, ThereIsOneOfEachType) {
  std::set<std::size_t> agent, hub;
  for (const AgentMessage& message : agent_samples()) agent.insert(message.index());
  for (const HubMessage& message : hub_samples()) hub.insert(message.index());
  EXPECT_EQ(agent.size(), std::variant_size_v<AgentMessage>);
  EXPECT_EQ(hub.size(), std::variant_size_v<HubMessage>);
}

// As the first programs of version 1 sent them.
std::string frame_of_version_1(std::string_view name) {
  return read_frame(HOLDFAST_TEST_DATA "/frames/v1/" + std::string(name) + ".json");
}

// Whether an old program finds all that it knows, where it looks for it; what it does not know it passes over.
void expect_all_of(const boost::json::value& recorded, const boost::json::value& written, const std::string& where) {
  if (!recorded.is_object() || !written.is_object()) {
    EXPECT_TRUE(recorded == written) << where;
    return;
  }
  for (const auto& [name, value] : recorded.as_object()) {
    const auto* found = written.as_object().if_contains(name);
    ASSERT_TRUE(found) << where << "." << std::string(name);
    expect_all_of(value, *found, where + "." + std::string(name));
  }
}

TEST(FramesOfVersion1, AreWhatIsSentToProgramsOfThatVersion) {
  expect_all_of(boost::json::parse(frame_of_version_1("command.run")),
                boost::json::parse(encode(HubMessage(samples::command_run()), "01", 1)), "command.run");
  expect_all_of(boost::json::parse(frame_of_version_1("job.finished")),
                boost::json::parse(encode(AgentMessage(samples::finished_partial()), "01", 1)), "job.finished");
  expect_all_of(boost::json::parse(frame_of_version_1("welcome")),
                boost::json::parse(encode(HubMessage(samples::welcome()), "01")), "welcome");
}

TEST(FramesOfVersion1, AreReadAsTheMessagesOfToday) {
  const auto finished = decode_agent_message(frame_of_version_1("job.finished"));
  ASSERT_TRUE(finished) << finished.error();
  EXPECT_TRUE(finished->message == AgentMessage(samples::finished_partial()));
  auto command = samples::command_run();
  std::get<BackupCommand>(command.operation).source_group = {};
  const auto asked = decode_hub_message(frame_of_version_1("command.run"));
  ASSERT_TRUE(asked) << asked.error();
  EXPECT_EQ(encode(asked->message), encode(HubMessage(command)));
  const auto hello = decode_agent_message(frame_of_version_1("hello"));
  ASSERT_TRUE(hello) << hello.error();
  EXPECT_EQ(std::get<Hello>(hello->message).version, 1);
  const auto welcome = decode_hub_message(frame_of_version_1("welcome"));
  ASSERT_TRUE(welcome) << welcome.error();
  EXPECT_EQ(std::get<Welcome>(welcome->message).version, 1);
}

}  // namespace
}  // namespace holdfast::protocol
