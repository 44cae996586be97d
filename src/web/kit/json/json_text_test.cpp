#include "kit/json/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>
#include <string>

namespace holdfast::web {
namespace {

namespace json = boost::json;

TEST(JsonText, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(json_text(12.5), "12.5");
  EXPECT_EQ(json_text(json::array{0.0, 50.0, 0.001, -3.25, 1e15, 91.48}), "[0,50,0.001,-3.25,1000000000000000,91.48]");
  EXPECT_EQ(json_text(json::object{{"a", 7}, {"b", true}, {"c", nullptr}}), R"({"a":7,"b":true,"c":null})");
  EXPECT_EQ(json_text(1e300).find('E'), std::string::npos);
}

TEST(JsonText, KeepsEveryValue) {
  for (const double number : {1.0 / 3, 2.5e-308, std::numeric_limits<double>::max(), -1e-7, 4503599627370497.5})
    EXPECT_EQ(std::stod(json_text(number)), number);
}

TEST(JsonText, LeavesTextsAsTheyAre) {
  const json::value value = json::parse(R"({"1E5":"1.25E1","q":"\\\"2E1\\","e":["E","-E1"],"u":"\u0001é"})");
  EXPECT_EQ(json_text(value), json::serialize(value));
}

}  // namespace
}  // namespace holdfast::web
