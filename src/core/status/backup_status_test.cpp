#include "status/status_fixture.hpp"

namespace holdfast::core {
namespace {

TEST(JudgeHost, MeasuresTheAgeOfTheNewestGoodBackup) {
  const auto backed_up = [](milliseconds age) {
    return [=](Facts& facts) { facts.groups[0].last_good_at = kNow - age; };
  };
  check(
      healthy(),
      {
          {"up to the limit it is OK", backed_up(26h - 1ms), Ok, ""},
          {"from the limit it is a warning", backed_up(26h), Warning, "Last good backup is past its limit of 26 h"},
          {"from twice the limit it is down", backed_up(52h), Down, "Last good backup is past twice its limit of 26 h"},
          {"where it has a source group its report is not believed",
           [](Facts& f) {
             f.groups[0].last_good_at = kNow - 27h;
             f.figures->backup_at = kNow - 1h;
           },
           Warning, "Last good backup is past its limit of 26 h"},
          {"never is unprotected", [](Facts& f) { f.groups[0].last_good_at.reset(); }, Warning,
           "Unprotected: no backup yet"},
          {"without a repository nothing is protected from here on", [](Facts& f) { f.has_repository = false; },
           Warning, "Nothing is backed up: no repository"},
          {"without a source group it is unprotected", [](Facts& f) { f.groups.clear(); }, Warning,
           "Unprotected: no source group"},
          {"without a repository, too, both are named",
           [](Facts& f) {
             f.groups.clear();
             f.has_repository = false;
           },
           Warning, "Unprotected: no source group and no repository"},
          {"unless its reports tell of backups that somebody else makes",
           [](Facts& f) {
             f.groups.clear();
             f.figures->backup_at = kNow - 1h;
           },
           Ok, ""},
      });
}

TEST(JudgeHost, JudgesASourceGroupByItsOwnLimit) {
  check(healthy(), {
                       {"a weekly one is not late after two days",
                        [](Facts& f) {
                          add_group(f).last_good_at = kNow - 48h;
                          f.groups[1].backup_age = 192h;
                        },
                        Ok, ""},
                       {"it is after its own time",
                        [](Facts& f) {
                          add_group(f).last_good_at = kNow - 193h;
                          f.groups[1].backup_age = 192h;
                        },
                        Warning, "Last good backup of db is past its limit of 8 d"},
                       {"a limit that nobody could have set is that of the host",
                        [](Facts& f) {
                          f.groups[0].last_good_at = kNow - 27h;
                          f.groups[0].backup_age = std::chrono::seconds::max();
                        },
                        Warning, "Last good backup is past its limit of 26 h"},
                       {"an hourly one is late before the others", [](Facts& f) { f.groups[0].backup_age = 1h; }, Down,
                        "Last good backup is past twice its limit of 1 h"},
                   });
}

TEST(JudgeHost, ShowsTheSourceGroupThatIsDueFirst) {
  auto facts = healthy();
  add_group(facts).last_good_at = kNow - 48h;
  facts.groups[1].backup_age = 192h;
  auto status = judge_host(facts, {}, kNow);
  EXPECT_EQ(status.protected_at, kNow - 2h);
  EXPECT_EQ(status.backup_age, 26h);
  facts.groups[1].last_good_at = kNow - 190h;
  status = judge_host(facts, {}, kNow);
  EXPECT_EQ(status.protected_at, kNow - 190h);
  EXPECT_EQ(status.backup_age, 192h);
}

TEST(JudgeHost, LetsNoClockAheadKeepAHostFresh) {
  auto facts = report_only();
  facts.figures->backup_at = kNow + 24h * 365;
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok);
  EXPECT_EQ(judge_host(facts, {}, kNow + 52h).reason(),
            "No report since 2026-11-22T09:00:00Z; last good backup is past twice its limit of 26 h")
      << "a report knows of no backup after itself";
}

TEST(JudgeHost, NamesTheLimit) {
  const auto reason = [](std::chrono::seconds limit) {
    StatusLimits limits;
    limits.backup_age = limit;
    auto facts = healthy();
    facts.groups[0].last_good_at = kNow - limit;
    return judge_host(facts, limits, kNow).reason();
  };
  EXPECT_EQ(reason(24h), "Last good backup is past its limit of 24 h");
  EXPECT_EQ(reason(24h * 7), "Last good backup is past its limit of 7 d");
  EXPECT_EQ(reason(90min), "Last good backup is past its limit of 1 h 30 min");
  EXPECT_EQ(reason(45s), "Last good backup is past its limit of 45 s");
}

TEST(JudgeHost, CountsFailuresInARow) {
  using enum JobState;
  const auto ran = [](Runs runs) { return [=](Facts& facts) { facts.groups[0].runs = runs; }; };
  check(healthy(),
        {
            {"one failure is a warning", ran({Succeeded, Failed}), HostState::Warning, "The last backup failed"},
            {"two are a warning", ran({Succeeded, Failed, Failed}), HostState::Warning, "The last 2 backups failed"},
            {"three are down", ran({Failed, Failed, Failed}), HostState::Down, "Backup failed 3 times in a row"},
            {"a success ends the row", ran({Failed, Failed, Failed, Succeeded}), HostState::Ok, ""},
            {"a partial run is no success", ran({Succeeded, Partial}), HostState::Warning,
             "The last backup is incomplete"},
            {"a partial run ends the row of failures", ran({Failed, Failed, Partial, Failed}), HostState::Warning,
             "The last backup failed"},
        });
  StatusLimits strict;
  strict.failures_down = 1;
  check(healthy(), {{"the number is a setting", ran({Failed}), HostState::Down, "The last backup failed"}}, strict);
}

TEST(JudgeHost, JudgesAReportOnlyHostByTheBackupsThatItReports) {
  check(report_only(), {
                           {"without a word of backups it is unprotected",
                            [](Facts& f) { f.figures->backup_at.reset(); }, Warning, "Unprotected: no backup reported"},
                           {"unless somebody said that it needs none",
                            [](Facts& f) {
                              f.figures->backup_at.reset();
                              f.needs_backup = false;
                            },
                            Ok, ""},
                           {"the rest is asked for all the same", [](Facts& f) { hear(f, kNow - 2h); }, Down,
                            "No report since 2026-11-22T07:00:00Z"},
                           {"a fresh backup is OK", [](Facts& f) { f.figures->backup_at = kNow - 1h; }, Ok, ""},
                           {"an old one is not", [](Facts& f) { f.figures->backup_at = kNow - 27h; }, Warning,
                            "Last good backup is past its limit of 26 h"},
                           {"one that failed last is a warning",
                            [](Facts& f) {
                              f.figures->backup_at = kNow - 1h;
                              f.figures->backup_status = "Failed";
                            },
                            Warning, "The last backup failed"},
                           {"so is one that could not read all",
                            [](Facts& f) {
                              f.figures->backup_at = kNow - 1h;
                              f.figures->backup_status = "partial";
                            },
                            Warning, "The last backup is incomplete"},
                           {"a word that nobody knows is a warning, as text",
                            [](Facts& f) {
                              f.figures->backup_at = kNow - 1h;
                              f.figures->backup_status = "exit\ncode 1";
                            },
                            Warning, "Reported of the last backup: exit code 1"},
                           {"a word of blanks is none",
                            [](Facts& f) {
                              f.figures->backup_at = kNow - 1h;
                              f.figures->backup_status = "  ";
                            },
                            Ok, ""},
                           {"talk of backups without a good one is unprotected",
                            [](Facts& f) {
                              f.figures->backup_at.reset();
                              f.figures->backup_status = "running";
                            },
                            Warning, "Unprotected: no good backup reported"},
                       });
}

TEST(JudgeHost, BelievesItsOwnRunsAndNotTheWordsOfAReport) {
  auto facts = healthy();
  facts.figures->backup_status = "failed";
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok);
  facts.groups.clear();
  EXPECT_EQ(judge_host(facts, {}, kNow).reason(), "Unprotected: no good backup reported; the last backup failed");
}

TEST(JudgeHost, JudgesEachSourceGroupAndNamesTheWorst) {
  check(healthy(),
        {
            {"all are well", [](Facts& f) { add_group(f); }, Ok, ""},
            {"one that was never backed up is said", [](Facts& f) { add_group(f).last_good_at.reset(); }, Warning,
             "No backup of db yet"},
            {"one that is late is said", [](Facts& f) { add_group(f).last_good_at = kNow - 27h; }, Warning,
             "Last good backup of db is past its limit of 26 h"},
            {"the worst one comes first",
             [](Facts& f) {
               f.groups[0].last_good_at = kNow - 27h;
               add_group(f).last_good_at = kNow - 40h;
             },
             Warning, "Last good backup of db and 1 more is past its limit of 26 h"},
            {"of two the one that was never backed up comes first, and then what went wrong",
             [](Facts& f) {
               f.groups[0].runs = {kFailed};
               add_group(f).last_good_at.reset();
               f.groups[1].runs = {kFailed};
             },
             Warning, "No backup of db yet; the last backup of db and 1 more failed"},
            {"several that were never backed up are counted",
             [](Facts& f) {
               add_group(f).last_good_at.reset();
               add_group(f).last_good_at.reset();
               f.groups[2].name = "mail";
             },
             Warning, "No backup of db and 1 more yet"},
            {"several that failed are told without what differs",
             [](Facts& f) {
               f.groups[0].runs = {kFailed, kFailed, kFailed};
               add_group(f).runs = {kFailed, kFailed, kFailed, kFailed};
             },
             Down, "Backups of db and 1 more failed at least 3 times in a row"},
            {"several that are too small are told without what differs",
             [](Facts& f) {
               f.groups[0].last_verdict = BackupVerdict::Empty;
               add_group(f).last_verdict = BackupVerdict::Shrunken;
             },
             Warning, "The last backup of db and 1 more is suspicious"},
            {"one fails while the other works", [](Facts& f) { add_group(f).runs = {kFailed, kFailed, kFailed}; }, Down,
             "Backup of db failed 3 times in a row"},
            {"a partial one is not hidden by the other", [](Facts& f) { add_group(f).runs = {JobState::Partial}; },
             Warning, "The last backup of db is incomplete"},
            {"none was ever backed up",
             [](Facts& f) {
               f.groups[0].last_good_at.reset();
               add_group(f).last_good_at.reset();
             },
             Warning, "Unprotected: no backup yet"},
        });
  auto facts = healthy();
  add_group(facts).last_good_at = kNow - 5h;
  EXPECT_EQ(judge_host(facts, {}, kNow).protected_at, kNow - 5h);
  facts.groups[1].last_good_at.reset();
  EXPECT_EQ(judge_host(facts, {}, kNow).protected_at, std::nullopt);
  EXPECT_FALSE(judge_host(facts, {}, kNow).unprotected) << "something is there";
}

TEST(JudgeHost, SuspectsABackupWithoutFilesOrWithFewOfThem) {
  check(healthy(), {
                       {"no file", [](Facts& f) { f.groups[0].last_verdict = BackupVerdict::Empty; }, Warning,
                        "The last backup has no files"},
                       {"few files",
                        [](Facts& f) {
                          f.groups[0].last_verdict = BackupVerdict::Shrunken;
                          f.groups[0].files = 12;
                          f.groups[0].good_files = 1200;
                        },
                        Warning, "The last backup has 12 files, the last good one 1200"},
                       {"a partial run without a file is told as such",
                        [](Facts& f) {
                          f.groups[0].runs = {JobState::Partial};
                          f.groups[0].last_verdict = BackupVerdict::Empty;
                        },
                        Warning, "The last backup has no files"},
                   });
}

TEST(JudgeHost, CountsAHostWithoutAnyBackupAsUnprotectedWhateverElseIsWrong) {
  auto facts = healthy();
  EXPECT_FALSE(judge_host(facts, {}, kNow).unprotected);
  facts.groups[0].last_good_at.reset();
  EXPECT_TRUE(judge_host(facts, {}, kNow).unprotected);
  EXPECT_EQ(judge_host(facts, {}, kNow).cause(), StatusCause::Unprotected);
  hear(facts, kNow - 2h);
  EXPECT_EQ(judge_host(facts, {}, kNow).cause(), StatusCause::Silence);
  EXPECT_TRUE(judge_host(facts, {}, kNow).unprotected);
  facts.paused_until = Time::max();
  EXPECT_TRUE(judge_host(facts, {}, kNow).unprotected) << "a pause protects nothing";
  facts.needs_backup = false;
  EXPECT_FALSE(judge_host(facts, {}, kNow).unprotected);
}

TEST(JudgeHost, LetsADailyBackupHaveTheDayOf25HoursThatEndsSummerTime) {
  auto facts = healthy();
  const Time before = std::chrono::sys_days(std::chrono::year(2026) / 10 / 24) + 15min;  // 02:15 in Budapest
  facts.groups[0].last_good_at = before;
  hear(facts, before + 25h);
  EXPECT_EQ(judge_host(facts, {}, before + 25h).state, Ok);
}

}  // namespace
}  // namespace holdfast::core
