#include "http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

using testing::ElementsAre;

Request with_cookies(std::string header) {
  Request request;
  request.headers.add("cookie", std::move(header));
  return request;
}

TEST(Headers, CompareNamesWithoutRegardToCase) {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  EXPECT_EQ(headers.get("content-type"), "text/plain");
  EXPECT_TRUE(headers.contains("CONTENT-TYPE"));
  EXPECT_FALSE(headers.contains("Content"));
  EXPECT_EQ(headers.get("Accept"), "");
}

TEST(Headers, SetReplacesEveryFieldOfTheName) {
  Headers headers;
  headers.add("A", "1");
  headers.add("a", "2");
  headers.set("A", "3");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 1);
  EXPECT_EQ(headers.get("a"), "3");
}

TEST(Form, KeepsFieldsInOrderAndDecodesThem) {
  const auto form = Form::parse("a=1&b=%C3%A9+x&a=2&empty=&alone");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("a"), "1");
  EXPECT_THAT(form->all("a"), ElementsAre("1", "2"));
  EXPECT_EQ(form->get("b"), "é x");
  EXPECT_TRUE(form->contains("empty"));
  EXPECT_TRUE(form->contains("alone"));
  EXPECT_FALSE(form->contains("c"));
  EXPECT_EQ(form->get("c"), "");
}

TEST(Form, IsNothingWhenMalformed) {
  EXPECT_FALSE(Form::parse("a=%"));
  EXPECT_FALSE(Form::parse("%zz=1"));
  EXPECT_FALSE(Form::parse("a=%00"));
  EXPECT_FALSE(Form::parse("a=%ff"));
}

TEST(Form, HasAtMostAThousandFields) {
  std::string body = "f=1";
  for (int i = 1; i < 1000; ++i) body += "&f=1";
  EXPECT_TRUE(Form::parse(body));
  EXPECT_FALSE(Form::parse(body + "&f=1"));
}

TEST(Cookie, IsFoundAmongOthers) {
  const auto request = with_cookies("a=1; sid=x=y ;b=2; flag");
  EXPECT_EQ(cookie(request, "a"), "1");
  EXPECT_EQ(cookie(request, "sid"), "x=y");
  EXPECT_EQ(cookie(request, "b"), "2");
  EXPECT_EQ(cookie(request, "flag"), std::nullopt);
  EXPECT_EQ(cookie(request, "si"), std::nullopt);
  EXPECT_EQ(cookie(Request(), "a"), std::nullopt);
}

TEST(Responses, CarryTheirType) {
  EXPECT_EQ(json_response(200, "{}").headers.get("Content-Type"), "application/json");
  EXPECT_EQ(text_response(200, "x").headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(html_response(200, "x").headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(redirect("/x").status, 303);
  EXPECT_EQ(redirect("/x").headers.get("Location"), "/x");
  EXPECT_EQ(empty_response().status, 204);
}

}  // namespace
}  // namespace holdfast::http
