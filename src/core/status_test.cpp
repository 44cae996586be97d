#include "core/status.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;
using enum HostState;
using Facts = HostFactsForStatus;
using Runs = std::vector<JobState>;

constexpr auto kFailed = JobState::Failed;
constexpr auto kSucceeded = JobState::Succeeded;

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 9h;

Facts healthy() {
  Facts facts;
  facts.silent_since = facts.heard_at = kNow;
  facts.figures = ReportFigures();
  facts.has_repository = true;
  facts.groups = {{"system", kNow - 2h, {kSucceeded}}};
  return facts;
}

Facts report_only() {
  Facts facts;
  facts.enrolled = false;
  facts.silent_since = facts.heard_at = kNow;
  facts.figures = ReportFigures();
  facts.figures->backup_at = kNow - 1h;
  return facts;
}

// The second one, which is named wherever it is spoken of.
SourceGroupFacts& add_group(Facts& facts) {
  return facts.groups.emplace_back("db", kNow - 2h, Runs{kSucceeded});
}

void hear(Facts& facts, Time at) {
  facts.silent_since = facts.heard_at = at;
}

struct Case {
  std::string_view sentence;
  std::function<void(Facts&)> arrange;
  HostState state;
  std::string_view reason;
};

void check(const Facts& start, const std::vector<Case>& cases, const StatusLimits& limits = {}) {
  for (const auto& row : cases) {
    SCOPED_TRACE(row.sentence);
    auto facts = start;
    row.arrange(facts);
    const auto status = judge_host(facts, limits, kNow);
    EXPECT_EQ(to_text(status.state), to_text(row.state));
    EXPECT_EQ(status.reason, row.reason);
  }
}

TEST(JudgeHost, CountsSilence) {
  check(healthy(),
        {
            {"a host that reported right now is OK", [](Facts&) {}, Ok, ""},
            {"29 minutes of silence are OK", [](Facts& f) { hear(f, kNow - 29min); }, Ok, ""},
            {"a report from the future is no silence", [](Facts& f) { hear(f, kNow + 1h); }, Ok, ""},
            {"from 30 minutes it is a warning", [](Facts& f) { hear(f, kNow - 30min); }, Warning,
             "No report since 2026-11-22T08:30:00Z"},
            {"59 minutes are a warning", [](Facts& f) { hear(f, kNow - 59min); }, Warning,
             "No report since 2026-11-22T08:01:00Z"},
            {"from an hour it is down", [](Facts& f) { hear(f, kNow - 60min); }, Down,
             "No report since 2026-11-22T08:00:00Z"},
            {"the words tell when it was really heard, not what counts",
             [](Facts& f) {
               hear(f, kNow - 40min);
               f.heard_at = kNow - 19h;
             },
             Warning, "No report since 2026-11-21T14:00:00Z"},
            {"an agent that never reported is not said to have reported",
             [](Facts& f) {
               hear(f, kNow - 41min);
               f.figures.reset();
             },
             Warning, "Not heard from since 2026-11-22T08:19:00Z"},
            {"an agent that never came is waited for", [](Facts& f) { f.silent_since = f.heard_at = std::nullopt; },
             Waiting, "Waiting for the agent to connect"},
            {"a node that never reported is waited for",
             [](Facts& f) {
               f.enrolled = false;
               f.silent_since = f.heard_at = std::nullopt;
             },
             Waiting, "Waiting for the first report"},
        });
}

TEST(JudgeHost, WarnsOfSilenceWhereItIsSetAndNeverAfterDown) {
  const auto state = [](std::chrono::seconds warning, std::chrono::seconds down, milliseconds silence) {
    auto facts = healthy();
    hear(facts, kNow - silence);
    StatusLimits limits;
    limits.silence_warning = warning;
    limits.silence_down = down;
    return judge_host(facts, limits, kNow).state;
  };
  EXPECT_EQ(state(30min, 40min, 29min), Ok);
  EXPECT_EQ(state(30min, 40min, 30min), Warning);
  EXPECT_EQ(state(30min, 40min, 40min), Down);
  EXPECT_EQ(state(30min, 2h, 30min), Warning) << "a later limit moves no warning";
  EXPECT_EQ(state(5h, 2h, 119min), Ok);
  EXPECT_EQ(state(5h, 2h, 2h), Down) << "a warning never comes after the limit";
}

TEST(JudgeHost, TakesTheHostAtItsWord) {
  const auto says = [](Health health, std::string issue, std::size_t issues) {
    return [=](Facts& facts) {
      facts.figures->health = health;
      facts.figures->issue = issue;
      facts.figures->issues = issues;
    };
  };
  const std::string long_issue(50'000, 'x');
  const auto cut = "The host reports: " + std::string(160, 'x') + "…";
  check(healthy(),
        {
            {"ok is OK, whatever it lists", says(Health::Ok, "Fan is loud", 1), Ok, ""},
            {"warn is a warning", says(Health::Warn, "Fan is loud", 1), Warning, "The host reports: Fan is loud"},
            {"fail is down", says(Health::Fail, "RAID degraded.", 3), Down,
             "The host reports: RAID degraded, and 2 more"},
            {"warn without an issue is told apart", says(Health::Warn, "", 0), Warning, "The host reports a problem"},
            {"fail without an issue is told apart", says(Health::Fail, " . ", 1), Down, "The host reports a failure"},
            {"an issue is one line of valid text", says(Health::Warn, "a\nb\xFF", 1), Warning,
             "The host reports: a b\uFFFD"},
            {"a long issue is cut", says(Health::Warn, long_issue, 1), Warning, cut},
        });
}

TEST(JudgeHost, TellsARunOnceThatItsAgentTellsToo) {
  const auto says = [](std::string word, std::string issue, std::size_t issues) {
    return [=](Facts& facts) {
      facts.figures->health = Health::Warn;
      facts.figures->backup_status = word;
      facts.figures->issue = issue;
      facts.figures->issues = issues;
    };
  };
  const auto failed = [&](Facts& facts) {
    says("failed", "The last backup failed", 1)(facts);
    facts.groups[0].runs = {kFailed};
  };
  check(healthy(),
        {
            {"a failed run", failed, Warning, "The last backup failed"},
            {"a partial one that is accepted",
             [&](Facts& facts) {
               says("partial", "Any words", 1)(facts);
               facts.groups[0].runs = {JobState::Partial};
               facts.groups[0].last_verdict = BackupVerdict::Good;
             },
             Ok, ""},
            {"after another issue",
             [&](Facts& facts) {
               failed(facts);
               says("failed", "Fan is loud", 2)(facts);
             },
             Warning, "The host reports: Fan is loud; the last backup failed"},
            {"a run that the hub knows nothing of", says("failed", "Fan is loud", 1), Warning,
             "The host reports: Fan is loud"},
            {"two issues and such a run", says("failed", "Fan is loud", 2), Warning,
             "The host reports: Fan is loud, and 1 more"},
            {"an issue beside a good run", says("success", "Fan is loud", 1), Warning, "The host reports: Fan is loud"},
            {"a failure is none of a run",
             [&](Facts& facts) {
               says("failed", "RAID degraded", 1)(facts);
               facts.figures->health = Health::Fail;
             },
             Down, "The host reports: RAID degraded"},
        });
  auto elsewhere = report_only();
  says("failed", "Fan is loud", 1)(elsewhere);
  EXPECT_EQ(judge_host(elsewhere, {}, kNow).reason, "The host reports: Fan is loud; the last backup failed");
}

TEST(JudgeHost, WarnsOfAnAgentThatCannotSignIn) {
  const auto revoke = [](Facts& facts) { facts.has_token = false; };
  check(healthy(), {{"well otherwise", revoke, Warning, "No valid agent token"},
                    {"and silent",
                     [&](Facts& facts) {
                       revoke(facts);
                       hear(facts, kNow - 30min);
                     },
                     Warning, "No report since 2026-11-22T08:30:00Z; no valid agent token"},
                    {"not yet accepted or proven",
                     [&](Facts& facts) {
                       revoke(facts);
                       facts.silent_since = facts.heard_at = std::nullopt;
                     },
                     Waiting, "Waiting for the agent to connect"}});
  check(report_only(), {{"that has no agent", revoke, Ok, ""}});
}

TEST(WholePercent, IsRoundedAndOnlyWhatIsFullIsFull) {
  for (const auto& [percent, whole] : {std::pair{0.0, 0}, {0.4, 0}, {84.5, 85}, {99.4, 99}, {99.9, 99}, {100.0, 100}})
    EXPECT_EQ(whole_percent(percent), whole);
}

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
           "Unprotected: no source group or no repository"},
          {"unless its reports tell of backups that somebody else makes",
           [](Facts& f) {
             f.groups.clear();
             f.figures->backup_at = kNow - 1h;
           },
           Ok, ""},
      });
}

TEST(JudgeHost, LetsNoClockAheadKeepAHostFresh) {
  auto facts = report_only();
  facts.figures->backup_at = kNow + 24h * 365;
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok);
  EXPECT_EQ(judge_host(facts, {}, kNow + 52h).reason,
            "No report since 2026-11-22T09:00:00Z; last good backup is past twice its limit of 26 h")
      << "a report knows of no backup after itself";
}

TEST(JudgeHost, NamesTheLimitAsItWasSet) {
  const auto reason = [](std::chrono::seconds limit) {
    StatusLimits limits;
    limits.backup_age = limit;
    auto facts = healthy();
    facts.groups[0].last_good_at = kNow - limit;
    return judge_host(facts, limits, kNow).reason;
  };
  EXPECT_EQ(reason(24h), "Last good backup is past its limit of 24 h");
  EXPECT_EQ(reason(24h * 7), "Last good backup is past its limit of 7 d");
  EXPECT_EQ(reason(90min), "Last good backup is past its limit of 90 min");
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

TEST(JudgeHost, WatchesTheFullestDisk) {
  const auto full = [](double percent) {
    return [=](Facts& facts) {
      facts.figures->disk_percent = percent;
      facts.figures->disk_mount = "/srv";
    };
  };
  const auto full_in = [](milliseconds in) { return [=](Facts& facts) { facts.full_at = kNow + in; }; };
  constexpr auto kDay = 24h;
  check(healthy(),
        {
            {"below 85% it is OK", full(84.9), Ok, ""},
            {"from 85% it is a warning", full(85), Warning, "Disk /srv is 85% full"},
            {"97% is a warning", full(97), Warning, "Disk /srv is 97% full"},
            {"above 97% it is down", full(97.6), Down, "Disk /srv is 98% full"},
            {"only a full one is full", full(99.9), Down, "Disk /srv is 99% full"},
            {"a full one is", full(100), Down, "Disk /srv is 100% full"},
            {"full in 15 days is OK", full_in(15 * kDay), Ok, ""},
            {"full in 14 days is a warning", full_in(14 * kDay), Warning, "The fullest disk will be full about 6 Dec"},
            {"full by now, by its pace, is a warning", full_in(-kDay), Warning,
             "The fullest disk will be full about 21 Nov"},
        });
}

TEST(JudgeHost, JudgesAReportOnlyHostByTheBackupsThatItReports) {
  check(report_only(),
        {
            {"without a word of backups it is unprotected", [](Facts& f) { f.figures->backup_at.reset(); }, Warning,
             "Unprotected: no report tells of a backup"},
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
             Warning, "The host says of its last backup: exit code 1"},
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
             Warning, "Unprotected: the host reports no good backup"},
        });
}

TEST(JudgeHost, BelievesItsOwnRunsAndNotTheWordsOfAReport) {
  auto facts = healthy();
  facts.figures->backup_status = "failed";
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok);
  facts.groups.clear();
  EXPECT_EQ(judge_host(facts, {}, kNow).reason, "Unprotected: the host reports no good backup; the last backup failed");
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
  EXPECT_EQ(judge_host(facts, {}, kNow).cause, StatusCause::Unprotected);
  hear(facts, kNow - 2h);
  EXPECT_EQ(judge_host(facts, {}, kNow).cause, StatusCause::Silence);
  EXPECT_TRUE(judge_host(facts, {}, kNow).unprotected);
  facts.paused_until = Time::max();
  EXPECT_TRUE(judge_host(facts, {}, kNow).unprotected) << "a pause protects nothing";
  facts.needs_backup = false;
  EXPECT_FALSE(judge_host(facts, {}, kNow).unprotected);
}

TEST(JudgeHost, NamesContainersInTrouble) {
  const auto troubled = [](std::uint64_t count, std::string names) {
    return [=](Facts& facts) {
      facts.figures->containers_troubled = count;
      facts.figures->troubled_containers = names;
    };
  };
  check(report_only(),
        {
            {"none", troubled(0, ""), Ok, ""},
            {"one", troubled(1, "db"), Warning, "1 container is in trouble: db"},
            {"many", troubled(60, "a, b, c and others"), Warning, "60 containers are in trouble: a, b, c and others"},
            {"only counted", troubled(2, ""), Warning, "2 containers are in trouble"},
        });
}

TEST(JudgeHost, TellsOfTwoAgentsWithOneIdentityUntilOneIsNotSeenForAnHour) {
  auto facts = healthy();
  facts.twins_at = kNow;
  facts.twins = "from 192.0.2.1 and 192.0.2.7";
  const auto status = judge_host(facts, {}, kNow);
  EXPECT_EQ(status.state, Warning);
  EXPECT_EQ(status.reason,
            "Two agents use the identity of this host, from 192.0.2.1 and 192.0.2.7: enrol one of them again");
  hear(facts, kNow + 1h);
  EXPECT_EQ(judge_host(facts, {}, kNow + 1h).state, Ok);
}

TEST(JudgeHost, MissesTheReportsOfAnAgentThatIsThereAndSendsNone) {
  auto facts = healthy();
  facts.figures.reset();
  facts.known_since = kNow - 59min;
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok) << "it may send the first one any minute";
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, kNow + 1min);
  EXPECT_EQ(judge_host(facts, {}, kNow + 1min).reason, "The agent has never sent a report");
}

TEST(JudgeHost, JoinsTheFirstTwoOfTheWorstReasons) {
  check(healthy(), {
                       {"only the worst are named",
                        [](Facts& f) {
                          hear(f, kNow - 41min);
                          f.groups[0].runs = {kFailed, kFailed, kFailed};
                        },
                        Down, "Backup failed 3 times in a row"},
                       {"two of them make one sentence",
                        [](Facts& f) {
                          f.groups[0].runs = {kFailed};
                          f.groups[0].last_good_at.reset();
                        },
                        Warning, "Unprotected: no backup yet; the last backup failed"},
                       {"a third is left to the page of the host",
                        [](Facts& f) {
                          hear(f, kNow - 2h);
                          f.figures->health = Health::Fail;
                          f.figures->issue = "Postgres is gone";
                          f.figures->disk_percent = 99;
                        },
                        Down, "No report since 2026-11-22T07:00:00Z; the host reports: Postgres is gone"},
                   });
}

TEST(JudgeHost, RaisesNothingWhileAHostIsPaused) {
  auto facts = healthy();
  facts.groups[0].runs = {kFailed, kFailed, kFailed};
  facts.paused_until = kNow + 1h;
  const auto paused = [&] {
    const auto status = judge_host(facts, {}, kNow);
    EXPECT_EQ(status.state, Paused);
    EXPECT_EQ(status.reason, "Paused");
    return status.changes_at;
  };
  EXPECT_EQ(paused(), kNow + 1h);
  EXPECT_EQ(judge_host(facts, {}, kNow + 1h).state, Down) << "a pause ends by itself";
  facts.paused_until = Time::max();
  EXPECT_EQ(paused(), std::nullopt);
}

TEST(JudgeHost, RaisesNoFalseAlarmAfterTheHubItselfWasDown) {
  auto facts = healthy();
  facts.heard_at = kNow - 30h;
  facts.silent_since = kNow - 1min;
  facts.groups[0].last_good_at = kNow - 50h;
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok) << "it could not hear of a backup in the meantime";
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, kNow + 29min);
  hear(facts, kNow);
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Warning) << "the host is heard and has none";
}

TEST(JudgeHost, TellsWhenTimeAloneChangesItsMind) {
  auto facts = healthy();
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, kNow + 30min);
  EXPECT_EQ(judge_host(facts, {}, kNow + 30min).changes_at, kNow + 60min);
  EXPECT_EQ(judge_host(facts, {}, kNow + 60min).changes_at, kNow + 50h) << "then the backup is two limits old as well";
  EXPECT_EQ(judge_host(facts, {}, kNow + 50h).changes_at, std::nullopt);
  facts.groups[0].runs = {kFailed, kFailed, kFailed};
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, kNow + 60min) << "a warning would not be seen beside Down";
  facts.silent_since.reset();
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, std::nullopt);
}

TEST(JudgeHost, LetsADailyBackupHaveTheDayOf25HoursThatEndsSummerTime) {
  auto facts = healthy();
  const Time before = std::chrono::sys_days(std::chrono::year(2026) / 10 / 24) + 15min;  // 02:15 in Budapest
  facts.groups[0].last_good_at = before;
  hear(facts, before + 25h);
  EXPECT_EQ(judge_host(facts, {}, before + 25h).state, Ok);
}

TEST(HostStateText, IsReadBack) {
  for (const auto state : {Ok, Waiting, Paused, Warning, Down}) EXPECT_EQ(parse_host_state(to_text(state)), state);
  EXPECT_EQ(parse_host_state("OK"), std::nullopt);
}

TEST(StatusLimits, WarnWhereTheyAreSetAndNeverAfterDown) {
  const auto warning = [](std::chrono::seconds set, std::chrono::seconds down) {
    StatusLimits limits;
    limits.silence_warning = set;
    limits.silence_down = down;
    return silence_warning(limits);
  };
  EXPECT_EQ(warning(30min, 60min), 30min);
  EXPECT_EQ(warning(30min, 24h), 30min);
  EXPECT_EQ(warning(30min, 40min), 30min);
  EXPECT_EQ(warning(90min, 60min), 60min);
}

}  // namespace
}  // namespace holdfast::core
