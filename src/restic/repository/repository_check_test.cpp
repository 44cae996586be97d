#include "restic/repository/repository_check.hpp"

#include <gmock/gmock.h>

#include "fixture.hpp"
#include "runtime/secrets/crypto.hpp"

namespace holdfast::restic {
namespace {

using core::CheckStep;
using core::StepState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "opened: failed (wrong_password)"
std::vector<std::string> words(const CheckReport& report) {
  std::vector<std::string> all;
  for (const auto& step : report.steps) {
    all.push_back(std::string(to_text(step.step)) + ": " + std::string(to_text(step.state)));
    if (step.failure) all.back() += " (" + step.failure->code + ")";
  }
  return all;
}

class RepositoryCheck : public ResticTest {
 protected:
  RepositoryCheck() { runtime::start_crypto(); }

  CheckReport check(bool initialise = false) {
    const CheckRequest wanted{core::CheckId("01J9ZQ3V5Y7K8M2N4P6R8T0V2X"), request.access, initialise, step_limit};
    return run(check_repository(loop, installation, wanted));
  }
  std::chrono::milliseconds step_limit = std::chrono::minutes(2);
};

TEST_P(RepositoryCheck, GoesThroughAllStepsAndLeavesNothing) {
  ask({"init"});
  const auto before = ask({"key", "list"});
  const auto report = check();
  EXPECT_THAT(words(report), ElementsAre("reached: passed", "opened: passed", "written: passed", "deleted: passed"));
  EXPECT_THAT(report.restic_version, HasSubstr("0."));
  EXPECT_EQ(ask({"key", "list"}), before);
  EXPECT_THAT(ask({"snapshots"}), testing::Not(HasSubstr("holdfast")));
  EXPECT_TRUE(std::filesystem::is_empty(directory / "work" / "checks"));
}

TEST_P(RepositoryCheck, MakesARepositoryOnlyWhenItIsAsked) {
  EXPECT_THAT(words(check()), ElementsAre("reached: passed", "opened: failed (repository_missing)", "written: skipped",
                                          "deleted: skipped"));
  EXPECT_THAT(words(check(true)), ElementsAre("reached: passed", "created: passed", "opened: passed", "written: passed",
                                              "deleted: passed"));
  EXPECT_THAT(words(check(true)),
              ElementsAre("reached: passed", "opened: passed", "written: passed", "deleted: passed"));
}

TEST_P(RepositoryCheck, TellsAWrongPassword) {
  ask({"init"});
  request.access.password = "not the password";
  EXPECT_THAT(words(check()), ElementsAre("reached: passed", "opened: failed (wrong_password)", "written: skipped",
                                          "deleted: skipped"));
}

TEST_P(RepositoryCheck, TellsAServerThatIsNotThere) {
  request.access.url = "rest:http://127.0.0.1:1/vault/";
  step_limit = std::chrono::seconds(3);  // from 0.17 on restic goes on trying
  const auto report = check();
  EXPECT_THAT(words(report).front(), "reached: failed (unreachable)");
  EXPECT_EQ(report.steps.size(), 4u);
}

TEST_P(RepositoryCheck, NamesWhatIsMissing) {
  request.access.url = "b2:bucket:path";
  const auto report = check();
  EXPECT_THAT(words(report).front(), "reached: failed (credentials_missing)");
  EXPECT_THAT(report.steps.front().failure->message, HasSubstr("B2_ACCOUNT_ID and B2_ACCOUNT_KEY"));
}

TEST_P(RepositoryCheck, UsesUpAKeyThatAnEarlierOneHasLeft) {
  ask({"init"});
  write(directory / "left", "a password that nobody has\n");
  ask({"key", "add", "--new-password-file", (directory / "left").string(), "--host", "holdfast-connection-test"});
  EXPECT_THAT(ask({"key", "list"}), HasSubstr("holdfast-connection-test"));
  EXPECT_THAT(words(check()).back(), "deleted: passed");
  EXPECT_THAT(ask({"key", "list"}), testing::Not(HasSubstr("holdfast-connection-test")));
}

TEST_P(RepositoryCheck, IsWipedAfterACrash) {
  const auto left = directory / "work" / "checks" / "01J9ZQ3V5Y7K8M2N4P6R8T0V2X";
  write(left / "password", "open sesame");
  write(directory / "work" / "01J9ZQ3V5Y7K8M2N4P6R8T0V2X" / "password", "of a job");
  wipe_checks(installation);
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(directory / "work" / "01J9ZQ3V5Y7K8M2N4P6R8T0V2X" / "password"));
}

INSTANTIATE_TEST_SUITE_P(Restic, RepositoryCheck, testing::ValuesIn(test_restics()));

}  // namespace
}  // namespace holdfast::restic
