#include "backup/source_trouble.hpp"

#include <gmock/gmock.h>

namespace holdfast::restic {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using enum SourceTrouble;

std::vector<TroubledSource> all(SourceTrouble trouble, std::initializer_list<std::string> paths,
                                const std::string& detail = "") {
  std::vector<TroubledSource> sources;
  for (const auto& path : paths) sources.push_back({trouble, path, detail});
  return sources;
}

TEST(SourcesFailure, CountsThemAndNamesTheFirst) {
  EXPECT_EQ(sources_failure(all(Missing, {"/a"}), false).message, "/a does not exist on this host.");
  EXPECT_EQ(sources_failure(all(Missing, {"/a", "/b"}), true).message,
            "/a, /b do not exist on this host. The snapshot has the rest.");
  EXPECT_EQ(sources_failure(all(Missing, {"/a", "/b", "/c", "/d", "/e"}), false).message,
            "/a, /b, /c and 2 more do not exist on this host.");
}

TEST(SourcesFailure, HasACodeAndARemedyOfItsOwnForEachTrouble) {
  std::vector<std::string> codes;
  for (const auto trouble : {Not_mounted, Missing, Unreachable, Silent, Empty, Only_a_link, Special_file}) {
    const auto failure = sources_failure(all(trouble, {"/net/photos"}, "detail"), true);
    EXPECT_THAT(failure.message, HasSubstr("/net/photos"));
    EXPECT_THAT(failure.next_step, Not(IsEmpty()));
    EXPECT_THAT(codes, Not(testing::Contains(failure.code)));
    codes.push_back(failure.code);
  }
}

TEST(SourcesFailure, SaysWhatTheFileSystemSaid) {
  EXPECT_EQ(sentence_of({Unreachable, "/net", "Transport endpoint is not connected"}),
            "/net cannot be read: Transport endpoint is not connected.");
  EXPECT_EQ(sentence_of({Not_mounted, "/mnt/nas/photos", "/mnt/nas"}),
            "/mnt/nas/photos was on the mount point /mnt/nas, where nothing is mounted.");
  EXPECT_EQ(sentence_of({Only_a_link, "/data", "/mnt/big"}),
            "/data is only a link to /mnt/big, which is not backed up with it.");
  EXPECT_EQ(sentence_of({Special_file, "/run/fifo", "named pipe"}),
            "/run/fifo is a named pipe, which holds no data to back up.");
}

TEST(SourcesFailure, IsTheWorstOfMany) {
  auto sources = all(Silent, {"/net"});
  sources.push_back({Empty, "/srv/{}", ""});
  sources.push_back({Missing, "/a", ""});
  const auto failure = sources_failure(sources, true);
  EXPECT_EQ(failure.code, "source_missing");
  EXPECT_EQ(failure.message,
            "/a does not exist on this host. /net does not answer; is it a network folder that is away? /srv/{} is an "
            "empty folder. The snapshot has the rest.");
}

}  // namespace
}  // namespace holdfast::restic
