#include "hosts/pauses.hpp"
#include "text/time.hpp"

#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

const core::Time kMonday = text::parse_time("2026-11-23T08:00:00Z").value();

TEST(ThePauseForm, TakesTheEndAsTheFieldOfABrowserSendsIt) {
  EXPECT_EQ(read_pause_end("2026-11-23T08:00").value(), kMonday);
  EXPECT_EQ(read_pause_end(" 2026-11-23T09:00:00+01:00 ").value(), kMonday);
  EXPECT_EQ(read_pause_end("").value(), std::nullopt) << "without an end";
}

TEST(ThePauseForm, RefusesWhatIsNoTimeInsteadOfPausingForEver) {
  for (const auto* const text : {"tomorrow", "2026-13-01T08:00", "2026-11-23", "2026-11-23T08:0x", "0"})
    EXPECT_FALSE(read_pause_end(text)) << text;
}

TEST(ThePauseForm, ShowsAgainWhatWasTyped) {
  EXPECT_EQ(pause_end_field("2026-11-23T08:00"), "2026-11-23T08:00");
  EXPECT_EQ(pause_end_field("2026-11-23T09:00:00+01:00"), "2026-11-23T08:00");
  EXPECT_EQ(pause_end_field("tomorrow"), "");
}

TEST(APauseOfTheApi, IsReadFromABodyThatMayBeMissing) {
  EXPECT_EQ(read_pause("").value().until, std::nullopt);
  const auto pause = read_pause(R"({"until":"2026-11-23T08:00:00Z","reason":"the lab moves"})").value();
  EXPECT_EQ(pause.until, kMonday);
  EXPECT_EQ(pause.reason, "the lab moves");
}

TEST(APauseOfTheApi, IsRefusedWithWhatIsNoTimeOrNoText) {
  EXPECT_FALSE(read_pause(R"({"until":"tomorrow"})"));
  EXPECT_FALSE(read_pause(R"({"reason":7})"));
  EXPECT_FALSE(read_pause("paused"));
}

}  // namespace
}  // namespace holdfast::web
