#include "status/findings_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
namespace finding = core::finding;

const core::Time kThen{1764000000123ms};

std::vector<core::Finding> one_of_each() {
  const finding::Groups groups{"db \"main\"", 2};
  return {finding::Paused(),
          finding::Waiting{true},
          finding::Silence{finding::Silence::Missing::Agent, kThen, "It is no JSON"},
          finding::NeverReported(),
          finding::PingFailed{"exit code 3"},
          finding::NoToken(),
          finding::Twins{"from 192.0.2.1 and 192.0.2.7"},
          finding::Unprotected{finding::Unprotected::Why::NoRepository},
          finding::NoRepository(),
          finding::NeverBackedUp{groups},
          finding::ClockBehind{300min},
          finding::HostReports{true, "fan", 3},
          finding::BackupTooOld{groups, 26h, true},
          finding::UnknownBackupWord{"rather good"},
          finding::FailedBackups{groups, 4, true},
          finding::SuspiciousBackup{groups, core::BackupVerdict::Shrunken, 3, 900},
          finding::IncompleteBackup{{}},
          finding::DiskFull{"/srv", 99},
          finding::DiskFills{"/srv", kThen},
          finding::TroubledContainers{2, "a, b"}};
}

TEST(FindingsJson, GivesBackWhatItWasGiven) {
  ASSERT_EQ(one_of_each().size(), std::variant_size_v<core::Finding>);
  EXPECT_EQ(findings_from_json(to_json(one_of_each())), one_of_each());
  for (const auto& finding : one_of_each()) EXPECT_EQ(findings_from_json(to_json({finding})), std::vector{finding});
  EXPECT_EQ(to_json(std::vector<core::Finding>()), "");
}

TEST(FindingsJson, PassesOverWhatItDoesNotKnow) {
  EXPECT_THAT(findings_from_json(R"([{"what":"of_tomorrow"},{"what":"no_token"},7,{},{"what":3}])"),
              ElementsAre(finding::NoToken()));
  EXPECT_THAT(findings_from_json(R"([{"what":"silence","missing":"tea"},{"what":"unprotected"}])"), IsEmpty());
  EXPECT_THAT(findings_from_json(R"([{"what":"disk_full","percent":"many","mount":4}])"),
              ElementsAre(finding::DiskFull()));
}

TEST(FindingsJson, SaysNothingOfWhatIsDamaged) {
  const auto whole = to_json(one_of_each());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(findings_from_json(whole.substr(0, size)), IsEmpty());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto damaged = whole;
    damaged[at] = '\x80';
    EXPECT_LE(findings_from_json(damaged).size(), one_of_each().size());
  }
}

}  // namespace
}  // namespace holdfast::store
