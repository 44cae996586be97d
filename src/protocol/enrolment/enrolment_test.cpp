#include "protocol/enrolment/enrolment.hpp"

#include <gtest/gtest.h>

namespace holdfast::protocol {
namespace {

TEST(ProofText, HasTheAnnouncementAndTheNonceAsItIs) {
  EXPECT_EQ(proof_text("01JD3Q8F6ZJ5T8Q2V0K4M7N9RA", std::string_view("a\0\n", 3)),
            std::string("holdfast-enrol-v1\n01JD3Q8F6ZJ5T8Q2V0K4M7N9RA\na\0\n", 48));
}

}  // namespace
}  // namespace holdfast::protocol
