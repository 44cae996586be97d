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
  facts.has_plan = true;
  facts.runs = {kSucceeded};
  facts.last_success_at = kNow - 2h;
  return facts;
}

Facts report_only() {
  Facts facts;
  facts.enrolled = false;
  facts.silent_since = facts.heard_at = kNow;
  facts.figures = ReportFigures();
  return facts;
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

TEST(JudgeHost, HalvesTheWarningWhereTheLimitOfSilenceIsBelowAnHour) {
  const auto state = [](std::chrono::seconds warning, std::chrono::seconds down, milliseconds silence) {
    auto facts = healthy();
    hear(facts, kNow - silence);
    StatusLimits limits;
    limits.silence_warning = warning;
    limits.silence_down = down;
    return judge_host(facts, limits, kNow).state;
  };
  EXPECT_EQ(state(30min, 40min, 19min), Ok);
  EXPECT_EQ(state(30min, 40min, 20min), Warning);
  EXPECT_EQ(state(30min, 40min, 40min), Down);
  EXPECT_EQ(state(5min, 40min, 5min), Warning) << "an earlier warning stays";
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

TEST(JudgeHost, MeasuresTheAgeOfTheNewestGoodBackup) {
  const auto backed_up = [](milliseconds age) { return [=](Facts& facts) { facts.last_success_at = kNow - age; }; };
  check(
      healthy(),
      {
          {"up to the limit it is OK", backed_up(26h - 1ms), Ok, ""},
          {"from the limit it is a warning", backed_up(26h), Warning, "Last good backup is past its limit of 26 h"},
          {"from twice the limit it is down", backed_up(52h), Down, "Last good backup is past twice its limit of 26 h"},
          {"what the report knows of counts too",
           [](Facts& f) {
             f.last_success_at = kNow - 90h;
             f.figures->backup_at = kNow - 1h;
           },
           Ok, ""},
          {"the newer of both counts",
           [](Facts& f) {
             f.last_success_at = kNow - 1h;
             f.figures->backup_at = kNow - 90h;
           },
           Ok, ""},
          {"never is a warning", [](Facts& f) { f.last_success_at.reset(); }, Warning, "No backup yet"},
          {"without a plan nothing is protected from here on", [](Facts& f) { f.has_plan = false; }, Warning,
           "Nothing is backed up: no source group or no repository"},
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
    facts.last_success_at = kNow - limit;
    return judge_host(facts, limits, kNow).reason;
  };
  EXPECT_EQ(reason(24h), "Last good backup is past its limit of 24 h");
  EXPECT_EQ(reason(24h * 7), "Last good backup is past its limit of 7 d");
  EXPECT_EQ(reason(90min), "Last good backup is past its limit of 90 min");
  EXPECT_EQ(reason(45s), "Last good backup is past its limit of 45 s");
}

TEST(JudgeHost, CountsFailuresInARowAndSkipsCancelledRuns) {
  using enum JobState;
  const auto ran = [](Runs runs) { return [=](Facts& facts) { facts.runs = runs; }; };
  check(
      healthy(),
      {
          {"one failure is a warning", ran({Succeeded, Failed}), HostState::Warning, "The last backup failed"},
          {"two are a warning", ran({Succeeded, Failed, Cancelled, Failed, Running}), HostState::Warning,
           "The last 2 backups failed"},
          {"three are down", ran({Failed, Failed, Failed, Queued}), HostState::Down, "Backup failed 3 times in a row"},
          {"a success ends the row", ran({Failed, Failed, Failed, Succeeded}), HostState::Ok, ""},
          {"a partial run is no success", ran({Succeeded, Partial, Cancelled}), HostState::Warning,
           "Some files could not be read in the last backup"},
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
            {"full in 15 days is OK", full_in(15 * kDay), Ok, ""},
            {"full in 14 days is a warning", full_in(14 * kDay), Warning, "The fullest disk will be full about 6 Dec"},
            {"full by now, by its pace, is a warning", full_in(-kDay), Warning,
             "The fullest disk will be full about 21 Nov"},
        });
}

TEST(JudgeHost, JudgesAReportOnlyHostByBackupsOnlyWhereItReportsThem) {
  check(report_only(),
        {
            {"without a word of backups they are not asked for", [](Facts&) {}, Ok, ""},
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
             Warning, "Some files could not be read in the last backup"},
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
            {"talk of backups without a good one is a warning", [](Facts& f) { f.figures->backup_status = "running"; },
             Warning, "The host reports no good backup"},
        });
}

TEST(JudgeHost, BelievesItsOwnRunsBeforeTheWordsOfAReport) {
  auto facts = healthy();
  facts.figures->backup_status = "failed";
  EXPECT_EQ(judge_host(facts, {}, kNow).state, Ok);
  facts.runs = {JobState::Cancelled, JobState::Running};
  EXPECT_EQ(judge_host(facts, {}, kNow).reason, "The last backup failed");
}

TEST(JudgeHost, JoinsTheFirstTwoOfTheWorstReasons) {
  check(healthy(), {
                       {"only the worst are named",
                        [](Facts& f) {
                          hear(f, kNow - 41min);
                          f.runs = {kFailed, kFailed, kFailed};
                        },
                        Down, "Backup failed 3 times in a row"},
                       {"two of them make one sentence",
                        [](Facts& f) {
                          f.runs = {kFailed};
                          f.last_success_at.reset();
                        },
                        Warning, "The last backup failed; no backup yet"},
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
  facts.runs = {kFailed, kFailed, kFailed};
  facts.paused_until = kNow + 1h;
  EXPECT_EQ(judge_host(facts, {}, kNow), (HostStatus{Paused, "Paused", kNow + 1h}));
  EXPECT_EQ(judge_host(facts, {}, kNow + 1h).state, Down) << "a pause ends by itself";
  facts.paused_until = Time::max();
  EXPECT_EQ(judge_host(facts, {}, kNow), (HostStatus{Paused, "Paused", std::nullopt}));
}

TEST(JudgeHost, RaisesNoFalseAlarmAfterTheHubItselfWasDown) {
  auto facts = healthy();
  facts.heard_at = kNow - 30h;
  facts.silent_since = kNow - 1min;
  facts.last_success_at = kNow - 50h;
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
  facts.runs = {kFailed, kFailed, kFailed};
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, kNow + 60min) << "a warning would not be seen beside Down";
  facts.silent_since.reset();
  EXPECT_EQ(judge_host(facts, {}, kNow).changes_at, std::nullopt);
}

TEST(JudgeHost, LetsADailyBackupHaveTheDayOf25HoursThatEndsSummerTime) {
  auto facts = healthy();
  const Time before = std::chrono::sys_days(std::chrono::year(2026) / 10 / 24) + 15min;  // 02:15 in Budapest
  facts.last_success_at = before;
  hear(facts, before + 25h);
  EXPECT_EQ(judge_host(facts, {}, before + 25h).state, Ok);
}

TEST(HostStateText, IsReadBack) {
  for (const auto state : {Ok, Waiting, Paused, Warning, Down}) EXPECT_EQ(parse_host_state(to_text(state)), state);
  EXPECT_EQ(parse_host_state("OK"), std::nullopt);
}

TEST(StatusLimits, WarnAtHalfOfALimitBelowAnHourAndNeverAfterIt) {
  const auto warning = [](std::chrono::seconds set, std::chrono::seconds down) {
    StatusLimits limits;
    limits.silence_warning = set;
    limits.silence_down = down;
    return silence_warning(limits);
  };
  EXPECT_EQ(warning(30min, 60min), 30min);
  EXPECT_EQ(warning(30min, 24h), 30min);
  EXPECT_EQ(warning(30min, 20min), 10min);
  EXPECT_EQ(warning(5min, 20min), 5min);
  EXPECT_EQ(warning(90min, 60min), 60min);
}

}  // namespace
}  // namespace holdfast::core
