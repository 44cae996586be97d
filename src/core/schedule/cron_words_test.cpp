#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <utility>
#include <vector>

#include "core/schedule/cron.hpp"

namespace holdfast::core {
namespace {

std::string sentence_of(std::string_view expression) {
  const auto cron = Cron::parse(expression);
  EXPECT_TRUE(cron) << expression;
  return cron ? cron->sentence() : "";
}

TEST(CronSentence, SaysTheTimesOfTheDay) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"15 2 * * *", "Every day at 02:15"},
      {"0 0,12 * * *", "Every day at 00:00 and 12:00"},
      {"0 */6 * * *", "Every day at 00:00, 06:00, 12:00 and 18:00"},
      {"0,30 1-3 * * *", "Every day at 01:00, 01:30, 02:00, 02:30, 03:00 and 03:30"},
      {"@daily", "Every day at 00:00"},
  };
  for (const auto& [expression, sentence] : cases) EXPECT_EQ(sentence_of(expression), sentence);
}

TEST(CronSentence, SaysHowOften) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"* * * * *", "Every minute"},
      {"*/15 * * * *", "Every 15 minutes"},
      {"@hourly", "Every hour"},
      {"15 * * * *", "Every hour at minute 15"},
      {"7,45 * * * *", "Every hour at minutes 7 and 45"},
      {"*/7 * * * *", "Every hour at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56"},
      {"0 */2 * * *", "Every 2 hours"},
      {"20 */2 * * *", "Every 2 hours at minute 20"},
      {"*/10 8-17 * * *", "Every 10 minutes from 08:00 to 17:59"},
      {"*/10 8,20 * * *", "Every 10 minutes in the hours 8 and 20"},
      {"0 8-17 * * 1-5", "Every hour from 08:00 to 17:59, on weekdays"},
  };
  for (const auto& [expression, sentence] : cases) EXPECT_EQ(sentence_of(expression), sentence);
}

TEST(CronSentence, SaysOnWhichDays) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"0 1 * * mon,thu", "Mondays and Thursdays at 01:00"},
      {"0 1 * * 1-5", "Weekdays at 01:00"},
      {"0 1 * * sat,sun", "Saturdays and Sundays at 01:00"},
      {"*/15 * * * 1-5", "Every 15 minutes, on weekdays"},
      {"0 3 1 * *", "On day 1 of each month at 03:00"},
      {"0 3 1,15-20 * *", "On days 1 and 15 to 20 of each month at 03:00"},
      {"0 3 13 * fri", "On day 13 of each month and on Fridays at 03:00"},
      {"0 3 */2 * fri",
       "Fridays that are days 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 and 31 of each month at 03:00"},
      {"0 3 1-31 * fri", "Every day at 03:00"},
      {"@yearly", "On day 1 of January at 00:00"},
      {"0 3 * jan,jul *", "Every day in January and July at 03:00"},
      {"*/5 * * 3-5 *", "Every 5 minutes, from March to May"},
      {"*/5 * 1 3-5 *", "Every 5 minutes, on day 1 of each month from March to May"},
      {"0 3 13 3 fri", "On day 13 of March and on Fridays in March at 03:00"},
      {"*/5 * * 1,7 6", "Every 5 minutes, on Saturdays in January and July"},
      {"0 3 30 2 *", "Never: there is no such day."},
  };
  for (const auto& [expression, sentence] : cases) EXPECT_EQ(sentence_of(expression), sentence);
}

RC_GTEST_PROP(CronSentence, IsThereForAnythingThatIsASchedule, ()) {
  const auto field = [](const char* more) {
    return *rc::gen::element<std::string>("*", "1", "*/2", "1-3", "2,4", more);
  };
  const auto cron =
      Cron::parse(field("0-59") + " " + field("0-23") + " " + field("30,31") + " " + field("feb") + " " + field("sun"));
  RC_ASSERT(cron->sentence().size() > 5);
}

}  // namespace
}  // namespace holdfast::core
