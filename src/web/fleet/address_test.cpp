#include "fleet/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

FleetAddress read(std::string_view target) {
  return read_fleet_address(request_of(target));
}

http::Request with_cookie(std::string cookie) {
  http::Request request;
  request.headers.set("Cookie", std::move(cookie));
  return request;
}

std::vector<std::string> shown(const std::vector<views::Column>& columns) {
  std::vector<std::string> names;
  for (const auto& column : columns)
    if (column.shown) names.push_back(column.name);
  return names;
}

TEST(FleetAddress, comes_back_from_its_own_address) {
  for (const auto* const target :
       {"/", "/?q=status%3Awarn%2Cdown%20web", "/?sort=-cpu", "/?layout=grid&colour=backup",
        "/?q=x&sort=name&density=compact&columns=cpu.disk", "/?columns=none", "/?q=x&after=cursor"}) {
    EXPECT_EQ(url_of(read(target)).text(), target);
    EXPECT_EQ(read(url_of(read(target)).text()), read(target)) << target;
  }
}

TEST(FleetAddress, what_nobody_knows_is_left_out) {
  EXPECT_EQ(url_of(read("/?sort=size&layout=list&colour=red&density=tiny&more=1")).text(), "/");
  EXPECT_EQ(url_of(read("/?columns=cpu.evil.disk")).text(), "/?columns=cpu.disk");
  EXPECT_EQ(url_of(read("/?q=%20%20")).text(), "/");
}

TEST(FleetAddress, becomes_the_query_of_the_store) {
  const auto query = query_of(read("/?q=disk:>90&sort=-memory&after=abc")).value();
  EXPECT_EQ(query.filter.terms.size(), 1U);
  EXPECT_EQ(query.sort, core::FleetSort::Memory);
  EXPECT_TRUE(query.reversed);
  EXPECT_EQ(query.after, "abc");
}

TEST(FleetAddress, a_filter_that_cannot_be_read_names_its_part) {
  const auto query = query_of(read("/?q=web%20disk:>full"));
  ASSERT_FALSE(query);
  EXPECT_THAT(query.error().message, StartsWith("disk:>full"));
}

TEST(FleetAddress, columns_and_density_are_those_of_the_address_then_of_the_cookie_then_the_usual_ones) {
  const auto remembered = with_cookie("fleet_columns=cpu.version; fleet_density=roomy");
  EXPECT_THAT(shown(columns_of(read("/?columns=disk"), remembered)), ElementsAre("disk"));
  EXPECT_THAT(shown(columns_of(read("/"), remembered)), ElementsAre("cpu", "version"));
  EXPECT_THAT(shown(columns_of(read("/"), {})),
              ElementsAre("runs", "age", "cpu", "memory", "disk", "containers", "version"));
  EXPECT_EQ(density_of(read("/?density=compact"), remembered), views::Density::Compact);
  EXPECT_EQ(density_of(read("/"), remembered), views::Density::Roomy);
  EXPECT_EQ(density_of(read("/"), with_cookie("fleet_density=<script>")), views::Density::Standard);
}

TEST(FleetAddress, hides_what_is_not_shown_by_its_class) {
  EXPECT_EQ(hidden_classes(columns_of(read("/"), {})), "no-customer no-repository no-report");
}

TEST(FleetAddress, a_chosen_view_is_remembered_and_goes_back_with_it) {
  const auto form =
      http::Form::parse("back=%2F%3Fq%3Dweb%26after%3Dx&columns=chosen&column=cpu&column=disk&column=no").value();
  const auto remembered = remember_view(form);
  EXPECT_EQ(remembered.back.text(), "/?q=web&columns=cpu.disk");
  EXPECT_THAT(remembered.cookies, ElementsAre(StartsWith("fleet_columns=cpu.disk; Path=/; Max-Age=31536000")));
}

TEST(FleetAddress, going_back_to_the_usual_columns_forgets_the_choice) {
  const auto remembered = remember_view(http::Form::parse("back=%2F%3Fcolumns%3Dcpu&columns=usual").value());
  EXPECT_EQ(remembered.back.text(), "/");
  EXPECT_THAT(remembered.cookies, ElementsAre(HasSubstr("Max-Age=0")));
}

TEST(FleetAddress, a_view_leads_nowhere_but_to_the_fleet) {
  for (const auto* const back : {"https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "%2Fjobs"}) {
    const auto form = http::Form::parse(std::string("density=compact&back=") + back).value();
    EXPECT_EQ(remember_view(form).back.text(), "/?density=compact") << back;
  }
}

TEST(FleetAddress, an_unknown_density_is_not_remembered) {
  EXPECT_THAT(remember_view(http::Form::parse("density=x%3B%20evil").value()).cookies, IsEmpty());
}

TEST(FleetAddress, a_chip_adds_its_term_and_takes_it_out_again) {
  EXPECT_EQ(toggle_term("", "tag:prod"), "tag:prod");
  EXPECT_EQ(toggle_term("web  status:down", "tag:prod"), "web status:down tag:prod");
  EXPECT_EQ(toggle_term("web tag:prod status:down", "tag:prod"), "web status:down");
  EXPECT_EQ(toggle_term("\"two words\" tag:prod", "tag:prod"), "\"two words\"");
  EXPECT_TRUE(has_term("web tag:prod", "tag:prod"));
  EXPECT_FALSE(has_term("\"x tag:prod\"", "tag:prod"));
  EXPECT_FALSE(has_term("-tag:prod", "tag:prod"));
}

}  // namespace
}  // namespace holdfast::web
