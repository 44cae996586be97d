// Golden frames: what is on the wire, byte for byte. After a wanted change write them again with
//   HOLDFAST_UPDATE_FRAMES=1 build/dev/bin/protocol_test --gtest_filter='*Frames*'
// and review the difference.
#include <gtest/gtest.h>

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
          samples::repository_checked()};
}
std::vector<HubMessage> hub_samples() {
  return {samples::welcome(),        HeartbeatAck{samples::time()}, samples::job_ack(),    samples::command_run(),
          samples::command_cancel(), CredentialsRotate{},           samples::report_ack(), samples::repository_check()};
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

}  // namespace
}  // namespace holdfast::protocol
