#include "core/filter/filter.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

using enum FilterOperator;
using Terms = std::vector<FilterTerm>;
using Values = std::vector<std::string>;
using testing::HasSubstr;
using testing::StartsWith;

Terms terms_of(std::string_view text) {
  const auto filter = parse_filter(text);
  EXPECT_TRUE(filter) << (filter ? "" : filter.error().message);
  return filter ? filter->terms : Terms();
}

std::string error_of(std::string_view text) {
  const auto filter = parse_filter(text);
  return filter ? "" : filter.error().message;
}

FilterTerm is(FilterKey key, Values values, bool negated = false) {
  return {key, negated, Is, std::move(values), 0};
}

FilterTerm compared(FilterKey key, FilterOperator compare, std::string value, double number) {
  return {key, false, compare, {std::move(value)}, number};
}

TEST(ParseFilter, PassesEverythingWhenThereIsNothing) {
  EXPECT_EQ(terms_of(""), Terms());
  EXPECT_EQ(terms_of(" \t\r\n"), Terms());
}

TEST(ParseFilter, ReadsWordsInLowerCase) {
  EXPECT_EQ(terms_of(" Web  PROD-1 "), (Terms{is(FilterKey::Word, {"web"}), is(FilterKey::Word, {"prod-1"})}));
  EXPECT_EQ(terms_of("Győr"), (Terms{is(FilterKey::Word, {"győr"})}));
}

TEST(ParseFilter, ReadsOneOfSeveralValues) {
  EXPECT_EQ(terms_of("status:warn,DOWN"), (Terms{is(FilterKey::Status, {"warn", "down"})}));
  EXPECT_EQ(terms_of("status:warning"), terms_of("status:warn"));
  EXPECT_EQ(terms_of("Tag:prod"), (Terms{is(FilterKey::Tag, {"prod"})}));
  EXPECT_EQ(terms_of("job:running,none"), (Terms{is(FilterKey::Job, {"running", "none"})}));
}

TEST(ParseFilter, ReadsTheOtherNamesOfKeys) {
  EXPECT_EQ(terms_of("site:home"), terms_of("customer:home"));
  EXPECT_EQ(terms_of("mem:>5"), terms_of("memory:>5"));
  EXPECT_EQ(terms_of("repo:b2-prod"), terms_of("repository:b2-prod"));
}

TEST(ParseFilter, ReadsWhatMustNotHold) {
  EXPECT_EQ(terms_of("-tag:lab,test -web"),
            (Terms{is(FilterKey::Tag, {"lab", "test"}, true), is(FilterKey::Word, {"web"}, true)}));
  EXPECT_EQ(terms_of("-"), (Terms{is(FilterKey::Word, {"-"})})) << "on the way to more";
}

TEST(ParseFilter, ComparesWithOrWithoutAColon) {
  EXPECT_EQ(terms_of("disk>90"), (Terms{compared(FilterKey::Disk, Greater, "90", 90)}));
  EXPECT_EQ(terms_of("disk:>90%"), (Terms{compared(FilterKey::Disk, Greater, "90%", 90)}));
  EXPECT_EQ(terms_of("cpu<=2.5"), (Terms{compared(FilterKey::Cpu, LessEqual, "2.5", 2.5)}));
  EXPECT_EQ(terms_of("memory>=0"), (Terms{compared(FilterKey::Memory, GreaterEqual, "0", 0)}));
  EXPECT_EQ(terms_of("agent:<1.4.2"), (Terms{compared(FilterKey::Agent, Less, "1.4.2", 0)}));
}

TEST(ParseFilter, ReadsAgesInSeconds) {
  const auto age = [](std::string_view text) { return terms_of(text).at(0).number; };
  EXPECT_EQ(age("backup:>26h"), 26 * 3600);
  EXPECT_EQ(age("seen:>30m"), 1800);
  EXPECT_EQ(age("seen<90s"), 90);
  EXPECT_EQ(age("backup:>2d"), 2 * 86400);
  EXPECT_EQ(age("backup:>1w1d12H"), 8.5 * 86400);
}

TEST(ParseFilter, KnowsThatSomeThingsNeverWere) {
  EXPECT_EQ(terms_of("backup:none"), (Terms{is(FilterKey::Backup, {"none"})}));
  EXPECT_EQ(terms_of("-seen:never"), (Terms{is(FilterKey::Seen, {"never"}, true)}));
}

TEST(ParseFilter, TakesWhatIsQuotedAsItIs) {
  EXPECT_EQ(terms_of(R"("Two  words")"), (Terms{is(FilterKey::Word, {"two  words"})}));
  EXPECT_EQ(terms_of(R"(tag:"a b","c,d",e)"), (Terms{is(FilterKey::Tag, {"a b", "c,d", "e"})}));
  EXPECT_EQ(terms_of(R"("status:down")"), (Terms{is(FilterKey::Word, {"status:down"})}));
  EXPECT_EQ(terms_of(R"("-x" os:">1")"), (Terms{is(FilterKey::Word, {"-x"}), is(FilterKey::Os, {">1"})}));
  EXPECT_EQ(terms_of(R"("say \"\\\"")"), (Terms{is(FilterKey::Word, {R"(say "\")"})}));
}

TEST(ParseFilter, TakesAddressesAsWords) {
  EXPECT_EQ(terms_of("10.0.0.1:8080"), (Terms{is(FilterKey::Word, {"10.0.0.1:8080"})}));
  EXPECT_EQ(terms_of("fe80::1"), (Terms{is(FilterKey::Word, {"fe80::1"})}));
}

TEST(ParseFilter, NamesThePartThatIsWrong) {
  EXPECT_EQ(error_of("web disk:>full prod"), "disk:>full: after > there must be a number from 0 to 100");
  EXPECT_EQ(error_of("disk:>"), "disk:>: after > there must be a number from 0 to 100");
  EXPECT_EQ(error_of("cpu:<=101"), "cpu:<=101: after <= there must be a number from 0 to 100");
  EXPECT_EQ(error_of("backup:>26"), "backup:>26: after > there must be an age such as 30m, 26h or 2d");
  EXPECT_EQ(error_of("agent:<new"), "agent:<new: after < there must be a version such as 1.4.2");
  EXPECT_EQ(error_of("disk:90"), "disk:90: disk needs a comparison such as disk:>90, or disk:warn or down");
  EXPECT_EQ(error_of("seen:26h"), "seen:26h: seen needs a comparison such as seen:>26h, or seen:never");
  EXPECT_EQ(error_of("status:bad"), "status:bad: status is one of ok, warn, down, waiting, paused or unprotected");
  EXPECT_EQ(error_of("status:ok,"), "status:ok,: a value is missing");
  EXPECT_EQ(error_of("kind:x"), "kind:x: kind is one of agent or report");
  EXPECT_EQ(error_of("tag:"), "tag:: a value is missing");
  EXPECT_EQ(error_of("tag:>a"), "tag:>a: tag is not compared with >");
  EXPECT_EQ(error_of("colour:red"), "colour:red: there is no key colour; in quotes it is searched for as it is");
  EXPECT_EQ(error_of("web \"two words"), "\"two words: the closing \" is missing");
  EXPECT_EQ(error_of("\"\""), "\"\": there is nothing between the quotes");
}

TEST(ParseFilter, RefusesNumbersThatAreNone) {
  for (const auto* text : {"disk>-1", "disk>nan", "disk>inf", "disk>1e1", "disk>0x5", "disk>.5", "disk>%", "disk>90,80",
                           "backup>h", "backup>1h30", "backup>-1h", "backup>1.5h", "backup>1y", "backup>99999999999h",
                           "backup>2147483647w", "agent>v", "agent>1,2"}) {
    EXPECT_THAT(error_of(text), HasSubstr("there must be")) << text;
  }
}

TEST(ParseFilter, RefusesTooMuchAndWhatIsNoText) {
  std::string parts;
  std::string values = "tag:a";
  for (int i = 0; i < 21; ++i) parts += "a ";
  for (int i = 0; i < 50; ++i) values += ",a";
  EXPECT_EQ(error_of(parts), "a filter has at most 20 parts");
  EXPECT_THAT(error_of(values), HasSubstr("…: at most 50 values"));
  std::string spread;
  for (int i = 0; i < 11; ++i) spread += "-repo:a,b,c,d,e,f,g,h,i,j ";
  EXPECT_EQ(error_of(spread), "-repo:a,b,c,d,e,f,g,h,i,j: at most 100 values in all parts together");
  EXPECT_THAT(error_of("tag:" + std::string(256, 'y')), HasSubstr("at most 255 bytes a value"));
  EXPECT_EQ(error_of("a\xFF"), "the filter is not valid UTF-8");
  EXPECT_EQ(error_of(std::string_view("a\0b", 3)), "the filter contains a control character");
  EXPECT_THAT(error_of("x:" + std::string(10'000, 'y')), StartsWith("x:yyy"));
  EXPECT_LT(error_of("x:" + std::string(10'000, 'y')).size(), 200U);
}

TEST(FilterText, UsesOneSpelling) {
  EXPECT_EQ(to_text(*parse_filter(R"( WEB  -mem>=90 site:"a b",c "-x" tag:"d" )")),
            R"(web -memory:>=90 customer:"a b",c "-x" tag:d)");
}

// Texts that are nearly filters, so that most of them get far.
rc::Gen<std::string> texts() {
  const auto piece =
      rc::gen::element<std::string>("status", "tag", "disk", "backup", "agent", "repo", "x", "down", "90", "%", "26h",
                                    "1.4-rc1", "none", ":", ">", "<", "=", ",", "-", "\"", "\\", " ", "é", "\t");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string text;
    for (const auto& each : pieces) text += each;
    return text;
  });
}

void check_any(const std::string& text) {
  const auto filter = parse_filter(text);
  if (!filter) {
    RC_ASSERT(filter.error().kind == ErrorKind::Invalid);
    RC_ASSERT(!filter.error().message.empty() && text::is_valid_utf8(filter.error().message));
    return;
  }
  for (const auto& term : filter->terms) RC_ASSERT(!term.values.empty());
  RC_ASSERT(parse_filter(to_text(*filter)).value() == *filter);
}

RC_GTEST_PROP(ParseFilter, ReadsNearlyFiltersOrSaysWhatIsWrong, ()) {
  check_any(*texts());
}

RC_GTEST_PROP(ParseFilter, ReadsAnyTextOrSaysWhatIsWrong, (const std::string& text)) {
  check_any(text);
}

RC_GTEST_PROP(FilterText, IsReadBackWhateverTheValuesAre, ()) {
  auto values = *rc::gen::nonEmpty(
      rc::gen::container<Values>(rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange(' ', '~')))));
  values.resize(std::min<std::size_t>(values.size(), 50));
  for (auto& value : values) value = text::to_lower_ascii(value);
  const auto negated = *rc::gen::arbitrary<bool>();
  const Filter filter{{is(FilterKey::Tag, values, negated), is(FilterKey::Word, {values.front()}, negated)}};
  RC_ASSERT(parse_filter(to_text(filter)).value() == filter);
}

}  // namespace
}  // namespace holdfast::core
