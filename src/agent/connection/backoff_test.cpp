#include "connection/backoff.hpp"

#include <gtest/gtest.h>

namespace holdfast::agent {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, WaitsLongerEachTimeUpToALimit) {
  Backoff backoff(1s, 8s);
  for (const auto bound : {1s, 2s, 4s, 8s, 8s}) {
    EXPECT_EQ(backoff.bound(), bound);
    EXPECT_LE(backoff.next(), bound);
  }
}

TEST(Backoff, OnlyAConnectionThatHeldBeginsAnew) {
  Backoff backoff(1s, 8s);
  for (int i = 0; i < 3; ++i) backoff.next();
  backoff.lasted(7s);
  EXPECT_EQ(backoff.bound(), 8s);
  backoff.lasted(8s);
  EXPECT_EQ(backoff.bound(), 1s);
}

}  // namespace
}  // namespace holdfast::agent
