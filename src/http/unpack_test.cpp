#include "unpack.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "packing.hpp"

namespace holdfast::http {
namespace {

constexpr std::size_t kLimit = 1024 * 1024;

TEST(Unpack, GivesBackWhatWasPacked) {
  rc::check([](const std::string& text) {
    RC_ASSERT(unpack("gzip", gzip(text), kLimit).value() == text);
    RC_ASSERT(unpack("zstd", zstd(text), kLimit).value() == text);
    RC_ASSERT(unpack("", text, kLimit).value() == text);
    RC_ASSERT(unpack("Identity", text, kLimit).value() == text);
  });
}

TEST(Unpack, StopsAtTheLimit) {
  const std::string bomb(64 * kLimit, '\0');
  EXPECT_EQ(unpack("gzip", gzip(bomb), kLimit), std::unexpected(UnpackError::Too_large));
  EXPECT_EQ(unpack("zstd", zstd(bomb), kLimit), std::unexpected(UnpackError::Too_large));
  EXPECT_EQ(unpack("gzip", gzip(std::string(kLimit, 'x')), kLimit)->size(), kLimit);
  EXPECT_EQ(unpack("gzip", gzip(std::string(kLimit + 1, 'x')), kLimit), std::unexpected(UnpackError::Too_large));
}

TEST(Unpack, NoticesDamage) {
  const std::string text(10000, 'x');
  for (const std::string encoding : {"gzip", "zstd"}) {
    const auto packed = encoding == "gzip" ? gzip(text) : zstd(text);
    const auto damaged = std::unexpected(UnpackError::Damaged);
    EXPECT_EQ(unpack(encoding, packed.substr(0, packed.size() - 5), kLimit), damaged) << encoding;
    EXPECT_EQ(unpack(encoding, packed + "more", kLimit), damaged) << encoding;
    EXPECT_EQ(unpack(encoding, text, kLimit), damaged) << encoding;
    EXPECT_EQ(unpack(encoding, "", kLimit), damaged) << encoding;
  }
}

TEST(Unpack, TakesMembersOfGzipOneAfterTheOtherWithinOneLimit) {
  EXPECT_EQ(unpack("gzip", gzip("one ") + gzip("") + gzip("two"), kLimit), "one two");
  const auto half = gzip(std::string(kLimit / 2, 'x'));
  EXPECT_EQ(unpack("gzip", half + half, kLimit)->size(), kLimit);
  EXPECT_EQ(unpack("gzip", half + half + gzip("y"), kLimit), std::unexpected(UnpackError::Too_large));
  for (std::size_t cut = 1; cut < half.size(); ++cut) {
    const auto damaged = half + half.substr(0, half.size() - cut);
    EXPECT_EQ(unpack("gzip", damaged, kLimit), std::unexpected(UnpackError::Damaged)) << cut;
  }
}

TEST(Unpack, KnowsNoOtherEncoding) {
  for (const auto* encoding : {"br", "deflate", "gzip, gzip"}) {
    EXPECT_EQ(unpack(encoding, "x", kLimit), std::unexpected(UnpackError::Unknown_encoding)) << encoding;
  }
}

}  // namespace
}  // namespace holdfast::http
