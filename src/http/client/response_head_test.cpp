#include "client/response_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace holdfast::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ResponseHead, StatesLengthAndDate) {
  auto response = text_response(200, "hello");
  response.headers.add("X-A", "1");
  EXPECT_EQ(response_head(response, {.date = "today"}),
            "HTTP/1.1 200 OK\r\nDate: today\r\nContent-Type: text/plain; charset=utf-8\r\nX-A: 1\r\n"
            "Content-Length: 5\r\n\r\n");
}

TEST(ResponseHead, MeasuresAStaticBody) {
  Response response;
  response.static_body = "asset";
  EXPECT_THAT(response_head(response, {}), HasSubstr("Content-Length: 5\r\n"));
  EXPECT_EQ(body_of(response), "asset");
}

TEST(ResponseHead, StatesNoLengthWhereThereCanBeNoBody) {
  Response response = empty_response(204);
  response.body = "never sent";
  EXPECT_THAT(response_head(response, {}), Not(HasSubstr("Content-Length")));
  EXPECT_EQ(body_of(response), "");
}

TEST(ResponseHead, LetsNoHandlerDecideOnFraming) {
  Response response;
  response.headers.add("content-length", "999");
  response.headers.add("Transfer-Encoding", "chunked");
  response.headers.add("Connection", "close");
  EXPECT_EQ(response_head(response, {.date = "d"}), "HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseHead, LetsNoValueAddHeaders) {
  EXPECT_THROW(check_headers(redirect("/x\r\nSet-Cookie: a=b")), std::invalid_argument);
  EXPECT_THROW(check_headers(redirect("/x\nA: b")), std::invalid_argument);
  EXPECT_NO_THROW(check_headers(redirect("/x")));
}

TEST(DateHeader, IsAsHttpWritesDates) {
  DateHeader date;
  EXPECT_THAT(std::string(date.now()), testing::MatchesRegex("[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9][0-9] "
                                                             "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT"));
}

}  // namespace
}  // namespace holdfast::http
