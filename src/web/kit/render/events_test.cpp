#include "kit/render/events.hpp"

#include <gtest/gtest.h>

#include "jobs/view.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

TEST(FragmentEvent, PutsEachLineOfTheHtmlIntoADataLine) {
  EXPECT_EQ(fragment_event("<p>a\nb</p>"), "data: <p>a\ndata: b</p>\n\n");
}

TEST(FragmentEvent, CarriesAnIdOnlyWhenGivenOne) {
  EXPECT_EQ(fragment_event("x", 7), "id: 7\ndata: x\n\n");
  EXPECT_EQ(fragment_event(""), "data: \n\n");
}

TEST(FragmentEvent, CannotBeEndedByALogLine) {
  views::LogLines log;
  log.lines.push_back({1, core::Time{}, core::LogLevel::Info, "a\r\rid: 9\n\nevent: bye\r\n<hx-partial>"});
  std::string html;
  render_live_log(html, log);
  const std::string event = fragment_event(html, log.last_sequence());
  EXPECT_EQ(event.find('\r'), std::string::npos);
  EXPECT_EQ(event.find("\n\n"), event.size() - 2);
  EXPECT_EQ(event.find("\nevent:"), std::string::npos);
  EXPECT_EQ(event.find("<hx-partial>"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::web
