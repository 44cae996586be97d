#include "backup/past_mounts.hpp"

#include <gmock/gmock.h>

#include "fixture.hpp"
#include "runtime/files/files.hpp"

namespace holdfast::restic {
namespace {

using testing::IsEmpty;

class PastMountsTest : public testing::Test {
 protected:
  PastMounts past() const { return {folder_ / "past", "plan", sources, accepted}; }
  void note(const std::string& mount) const {
    auto noted = past();
    noted.note("/mnt/nas/photos", mount);
    noted.save();
  }

  core::SourceSet sources{.paths = {"/mnt/nas/photos"}, .excludes = {}, .tags = {}};
  std::string accepted;

 private:
  TemporaryDirectory folder_;

 protected:
  std::filesystem::path file() const { return folder_ / "past" / "plan.json"; }
};

TEST_F(PastMountsTest, KnowTheMountPointThatIsNoneAnyMore) {
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/"), IsEmpty());
  note("/mnt/nas");
  EXPECT_EQ(past().lost("/mnt/nas/photos", "/"), "/mnt/nas");
  EXPECT_EQ(past().lost("/mnt/nas/photos", "/mnt"), "/mnt/nas");
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/mnt/nas"), IsEmpty());
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/mnt/nas/photos"), IsEmpty()) << "one nearer by";
  EXPECT_THAT(past().lost("/mnt/nas/photos", ""), IsEmpty()) << "nobody knows where it lies";
  EXPECT_THAT(past().lost("/other", "/"), IsEmpty());
}

TEST_F(PastMountsTest, StayAsTheyWereWhileTheMountIsGone) {
  note("/mnt/nas");
  note("/");
  EXPECT_EQ(past().lost("/mnt/nas/photos", "/"), "/mnt/nas");
  note("/mnt/nas/photos");
  EXPECT_EQ(past().lost("/mnt/nas/photos", "/"), "/mnt/nas/photos");
}

TEST_F(PastMountsTest, AreForgottenWhenTheSourceGroupChanges) {
  note("/mnt/nas");
  sources.tags = {"daily"};
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/"), IsEmpty());
}

TEST_F(PastMountsTest, AreForgottenOnceForEachBackupThatWasAccepted) {
  note("/mnt/nas");
  accepted = "01J0000000000000000000J0B1";
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/"), IsEmpty());
  note("/");
  note("/mnt/nas");
  EXPECT_EQ(past().lost("/mnt/nas/photos", "/"), "/mnt/nas") << "mounted again, and gone again";
  accepted = "01J0000000000000000000J0B2";
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/"), IsEmpty());
}

TEST_F(PastMountsTest, AreNoneWhereTheFileIsDamaged) {
  note("/mnt/nas");
  const auto whole = *runtime::read_file(file());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(file(), whole.substr(0, length));
    EXPECT_THAT(past().lost("/mnt/nas/photos", "/"), IsEmpty()) << length;
  }
  std::filesystem::remove(file());
  std::filesystem::create_directory(file());
  EXPECT_THAT(past().lost("/mnt/nas/photos", "/"), IsEmpty());
}

TEST_F(PastMountsTest, AreNotKeptWithoutAPlan) {
  PastMounts none({}, "", sources);
  none.note("/mnt/nas/photos", "/mnt/nas");
  none.save();
  EXPECT_THAT(none.lost("/mnt/nas/photos", "/"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::restic
