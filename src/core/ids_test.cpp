#include "core/ids.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

TEST(Id, ParsesOnlyUlids) {
  EXPECT_EQ(HostId::parse("01ARYZ6S410000000000000000")->text(), "01ARYZ6S410000000000000000");
  EXPECT_EQ(HostId::parse("../../etc/passwd"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::core
