#include "core/status/finding.hpp"

#include <gtest/gtest.h>

#include <cctype>

namespace holdfast::core {
namespace {

template <std::size_t... kIndex>
std::vector<Finding> one_of_each(std::index_sequence<kIndex...>) {
  return {std::variant_alternative_t<kIndex, Finding>()...};
}

TEST(Findings, AllHaveWordsThatBeginASentence) {
  for (const auto& finding : one_of_each(std::make_index_sequence<std::variant_size_v<Finding>>())) {
    const auto text = plain_text(words_of({finding}));
    EXPECT_FALSE(std::islower(static_cast<unsigned char>(text[0]))) << text;
    EXPECT_FALSE(text.ends_with('.')) << text;
  }
}

TEST(Findings, AreToldInOneSentence) {
  const std::vector<Finding> both{finding::DiskFull{"/", 99},
                                  finding::Silence{finding::Silence::Missing::Ping, {}, "x"}};
  EXPECT_EQ(plain_text(words_of(both)),
            "Disk / is 99% full; no ping since 1970-01-01T00:00:00Z; its reports are refused: x");
  EXPECT_EQ(cause_of(both), StatusCause::Disk);
}

TEST(Findings, OfNothingSayNothing) {
  EXPECT_EQ(plain_text(words_of({})), "");
  EXPECT_EQ(cause_of(std::vector<Finding>()), StatusCause::None);
}

}  // namespace
}  // namespace holdfast::core
