#include "status/status_fixture.hpp"

namespace holdfast::core {
namespace {

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
  EXPECT_EQ(judge_host(elsewhere, {}, kNow).reason(), "The host reports: Fan is loud; the last backup failed");
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
  EXPECT_EQ(status.reason(),
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
  EXPECT_EQ(judge_host(facts, {}, kNow + 1min).reason(), "The agent has never sent a report");
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
    EXPECT_EQ(status.reason(), "Paused");
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
