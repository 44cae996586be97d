#include "hosts/limits/limits_form.hpp"

#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

http::Form form(std::string_view body) {
  return http::Form::parse(body).value();
}

TEST(LimitsForm, IsReadInHoursMinutesAndPercent) {
  const auto set =
      read_limits(form("backup_age=192&silence_warning=1.5&disk_down=95&failures=&silence_down=+")).value();
  core::LimitSet wanted;
  wanted.backup_age = 192h;
  wanted.silence_warning = 90s;
  wanted.disk_down = 95;
  EXPECT_EQ(set, wanted);
  EXPECT_TRUE(read_limits(form("")).value().is_empty());
}

TEST(LimitsForm, NamesTheFieldThatIsNoNumber) {
  for (const auto* text : {"a", "12h", "-1", "nan", "inf", "1e300", "0x10", "1,5"}) {
    const auto refused = read_limits(form(std::string("backup_age=") + text));
    ASSERT_FALSE(refused) << text;
    EXPECT_TRUE(refused.error().message.starts_with("Last good backup at most, hours old: “")) << text;
  }
  EXPECT_FALSE(read_limits(form("disk_down=95.5")));
}

TEST(LimitsForm, ShowsWhatIsSetAndWhereTheRestComesFrom) {
  core::LimitSet own;
  own.backup_age = 90min;
  const auto holds = core::resolve_limits(
      {}, {{core::LimitOrigin::Host, "", own}, {core::LimitOrigin::Tag, "lab", {{}, {}, {}, {}, 70, {}}}});
  const auto shown = show_limits(views::Url("/x"), own, &holds);
  EXPECT_EQ(shown.fields[0].value, "1.5");
  EXPECT_EQ(shown.fields[0].from, "Set for this host");
  EXPECT_EQ(shown.fields[1].value, "");
  EXPECT_EQ(shown.fields[1].from, "From the hub: 3");
  EXPECT_EQ(shown.fields[4].holds, "70");
  EXPECT_EQ(shown.fields[4].from, "From the tag lab: 70%");
  EXPECT_EQ(limits_text(own), "last good backup 1.5 hours");
}

TEST(LimitsForm, KeepsWhatWasTypedAndSaysWhatIsWrongAtItsField) {
  auto shown = show_limits(views::Url("/x"), {});
  shown.for_tag = true;
  keep_typed(shown, form("backup_age=soon&disk_down=95&failures=-5&tag=a b"), "no");
  EXPECT_EQ(shown.fields[0].value, "soon");
  EXPECT_EQ(shown.fields[0].error, "“soon” is no number.");
  EXPECT_EQ(shown.fields[1].error, "“-5” is no whole number.");
  EXPECT_EQ(shown.fields[5].error, "");
  EXPECT_EQ(shown.tag, "a b");
  EXPECT_TRUE(shown.tag_error.contains("without spaces"));
  EXPECT_EQ(shown.error, "");
}

TEST(LimitsForm, SaysWhatIsWrongWithNoFieldAboveThem) {
  auto shown = show_limits(views::Url("/x"), {});
  keep_typed(shown, form("disk_warning=95&disk_down=90"), "Down comes before Warning.");
  EXPECT_EQ(shown.error, "Down comes before Warning.");
  EXPECT_EQ(shown.tag_error, "");
}

TEST(LimitsForm, ReadsTheAgeOfABackupAlone) {
  EXPECT_EQ(read_hours(" 1.5 ").value(), 90min);
  EXPECT_EQ(read_hours("").value(), std::nullopt);
  EXPECT_EQ(read_hours("soon").error().code, "limit_invalid");
  EXPECT_EQ(hours_text(192h), "192");
  EXPECT_EQ(hours_text(std::nullopt), "");
}

}  // namespace
}  // namespace holdfast::web
