#include "text/ulid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdint>

namespace holdfast::text {
namespace {

std::array<std::byte, 10> entropy_of(std::uint8_t byte) {
  std::array<std::byte, 10> entropy;
  entropy.fill(std::byte{byte});
  return entropy;
}

TEST(Ulid, EncodesTheExampleOfItsSpecification) {
  // 1469918176385 ms is 01ARYZ6S41 in the ULID specification.
  EXPECT_EQ(make_ulid(Time(std::chrono::milliseconds(1469918176385)), entropy_of(0)).substr(0, 10), "01ARYZ6S41");
}

TEST(Ulid, IsRefusedWithTheWrongLengthCaseOrLetters) {
  EXPECT_FALSE(is_ulid(""));
  EXPECT_FALSE(is_ulid("01ARYZ6S410000000000000000X"));
  EXPECT_FALSE(is_ulid("01aryz6s410000000000000000"));
  EXPECT_FALSE(is_ulid("01ARYZ6S41000000000000000I"));
  EXPECT_FALSE(is_ulid("81ARYZ6S410000000000000000")) << "more than 128 bits";
  EXPECT_FALSE(is_ulid("01ARYZ6S4100000000000000/0"));
}

RC_GTEST_PROP(Ulid, SortsByTimeWhateverTheEntropy, ()) {
  const auto earlier = *rc::gen::inRange<std::int64_t>(0, 1LL << 47);
  const auto later = *rc::gen::inRange<std::int64_t>(earlier + 1, (1LL << 47) + 1);
  const auto a = make_ulid(Time(std::chrono::milliseconds(earlier)), entropy_of(*rc::gen::arbitrary<std::uint8_t>()));
  const auto b = make_ulid(Time(std::chrono::milliseconds(later)), entropy_of(*rc::gen::arbitrary<std::uint8_t>()));
  RC_ASSERT(is_ulid(a));
  RC_ASSERT(a < b);
}

}  // namespace
}  // namespace holdfast::text
