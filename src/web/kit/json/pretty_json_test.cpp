#include "kit/json/pretty_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace holdfast::web {
namespace {

TEST(PrettyJson, breaks_lines_at_members_and_elements) {
  EXPECT_EQ(pretty_json(R"({"a":1,"b":[true,null],"c":{}})"),
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ],\n  \"c\": {}\n}");
}

TEST(PrettyJson, keeps_numbers_and_strings_as_they_were_written) {
  EXPECT_EQ(pretty_json("[1.50,1e3,\"a, {b}: \\\"c\\\"\"]"), "[\n  1.50,\n  1e3,\n  \"a, {b}: \\\"c\\\"\"\n]");
}

TEST(PrettyJson, changes_nothing_but_blanks) {
  const std::string document = R"({"text":" two  blanks \\ ","list":[[],{},[1, 2 ,3]], "n" : -0.0})";
  EXPECT_EQ(boost::json::parse(pretty_json(document)), boost::json::parse(document));
}

TEST(PrettyJson, pretty_documents_stay_as_they_are) {
  const std::string pretty = pretty_json(R"({"a":{"b":[1,{"c":2}]}})");
  EXPECT_EQ(pretty_json(pretty), pretty);
}

TEST(PrettyJson, what_is_no_json_ends_all_the_same) {
  for (const auto* const text : {"", "}", "]]]]", "\"open", "\"\\", "{\"a\":", ",,,"})
    EXPECT_LT(pretty_json(text).size(), 64U);
  const std::string deep(20'000, '[');
  EXPECT_LT(pretty_json(deep).size(), deep.size() * 90);
}

TEST(PrettyJson, a_document_that_would_become_too_long_stays_as_it_was_sent) {
  const std::string deep = std::string(50, '[') + "1" + std::string(50, ']');
  std::string document = "[" + deep;
  while (document.size() < 100'000) document += "," + deep;
  document += "]";
  EXPECT_EQ(pretty_json(document), document);
  const std::string long_text = '"' + std::string(kMostPrettyBytes, 'x') + '"';
  EXPECT_EQ(pretty_json(long_text), long_text);
}

}  // namespace
}  // namespace holdfast::web
