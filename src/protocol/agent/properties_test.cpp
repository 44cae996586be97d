#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <limits>

#include "agent/samples.hpp"
#include "text/look_alike.hpp"
#include "text/ulid.hpp"
#include "text/utf8.hpp"

namespace holdfast::protocol {
namespace {

namespace gen = rc::gen;

core::JobId any_job() {
  const auto bytes = *gen::container<std::array<std::byte, 10>>(gen::cast<std::byte>(gen::arbitrary<std::uint8_t>()));
  return core::JobId(text::make_ulid(samples::time(), bytes));
}

core::Time any_time() {
  return core::Time(core::milliseconds(*gen::inRange<std::int64_t>(0, 253'402'300'800'000)));
}
std::uint64_t any_count() {
  return *gen::inRange<std::uint64_t>(0, std::numeric_limits<std::int64_t>::max());
}
std::uint64_t any_sequence() {
  return 1 + any_count() / 2;
}

// Any code points, also quotes, control characters and those outside the basic plane.
std::string any_text() {
  std::string text;
  for (const int piece : *gen::container<std::vector<int>>(gen::inRange(0, 200))) {
    if (piece < 128)
      text += static_cast<char>(piece);
    else if (piece < 160)
      text += "ä";
    else if (piece < 180)
      text += "\xE2\x82\xAC";
    else
      text += "\xF0\x9F\x94\x92";
  }
  return std::string(text::truncate_utf8(text::shown_text(text), 64));
}

void check_round_trip(const AgentMessage& message) {
  const auto decoded = decode_agent_message(encode(message));
  if (!decoded) RC_FAIL(decoded.error());
  RC_ASSERT(decoded->message == message);
}

void round_trip_finished() {
  JobFinished message{any_job(), any_sequence(), any_time(), {}};
  message.result.state = *gen::element(core::JobState::Partial, core::JobState::Failed, core::JobState::Cancelled);
  message.result.failure = core::JobFailure{any_text(), any_text(), any_text(), any_text()};
  if (message.result.state == core::JobState::Partial)
    message.result.outcome = samples::finished_partial().result.outcome;
  if (*gen::arbitrary<bool>()) message.result.exit_code = *gen::arbitrary<int>();
  check_round_trip(message);
}

void round_trip_progress() {
  JobProgressed message{any_job(), any_sequence(), {}};
  message.progress.fraction = *gen::inRange(0, 1025) / 1024.0;
  message.progress.bytes_total = any_count();
  message.progress.errors = any_count();
  if (*gen::arbitrary<bool>()) message.progress.remaining = core::seconds(*gen::inRange(0, 1'000'000));
  message.progress.current_files = {any_text(), any_text()};
  message.progress.at = any_time();
  check_round_trip(message);
}

void round_trip_lines() {
  LogStream message{any_job(), {}};
  const std::uint64_t first = any_sequence();
  const auto count = *gen::inRange<std::uint64_t>(1, 20);
  for (std::uint64_t i = 0; i < count; ++i) {
    message.lines.push_back(
        {first + i, any_time(), *gen::element(core::LogLevel::Info, core::LogLevel::Error), any_text()});
  }
  check_round_trip(message);
}

TEST(RoundTrip, KeepsEveryFinishedMessage) {
  ASSERT_TRUE(rc::check(round_trip_finished));
}
TEST(RoundTrip, KeepsEveryProgress) {
  ASSERT_TRUE(rc::check(round_trip_progress));
}
TEST(RoundTrip, KeepsEveryLogLine) {
  ASSERT_TRUE(rc::check(round_trip_lines));
}

TEST(RoundTrip, SurvivesBrokenFrames) {
  const std::string frame = encode(AgentMessage(samples::finished_partial()));
  ASSERT_TRUE(rc::check([&frame] {
    std::string broken = frame;
    broken[*gen::inRange<std::size_t>(0, frame.size())] = static_cast<char>(*gen::arbitrary<std::uint8_t>());
    const auto decoded = decode_agent_message(broken);
    RC_ASSERT(decoded || !decoded.error().empty());
  }));
}

TEST(RoundTrip, RefusesEveryCutFrame) {
  const std::string frame = encode(HubMessage(samples::command_run()));
  for (std::size_t length = 0; length < frame.size(); ++length) {
    EXPECT_FALSE(decode_hub_message(std::string_view(frame).substr(0, length)));
  }
}

}  // namespace
}  // namespace holdfast::protocol
