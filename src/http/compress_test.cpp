#include "http/compress.hpp"

#include <gtest/gtest.h>

#include "unpack.hpp"

namespace holdfast::http {
namespace {

Request asking(std::string accept, std::string method = "GET") {
  Request request;
  request.method = std::move(method);
  if (!accept.empty()) request.headers.add("Accept-Encoding", std::move(accept));
  return request;
}

const std::string kPage(5000, 'x');

std::string encoding_of(const Request& request, Response response) {
  const auto before = response.body;
  compress(request, response);
  std::string encoding(response.headers.get("Content-Encoding"));
  if (encoding.empty()) {
    EXPECT_EQ(response.body, before);
  } else {
    if (encoding == "br") return encoding;
    EXPECT_LT(response.body.size(), before.size());
    EXPECT_EQ(unpack(encoding, response.body, 1'000'000).value(), before);
  }
  return encoding;
}

TEST(Compress, TakesWhatTheClientTakes) {
  EXPECT_EQ(encoding_of(asking("gzip, deflate, br"), html_response(200, kPage)), "gzip");
  EXPECT_EQ(encoding_of(asking("gzip, deflate, br, zstd"), json_response(200, kPage)), "zstd");
  EXPECT_EQ(encoding_of(asking("GZIP;q=0.5", "HEAD"), text_response(404, kPage)), "gzip");
  for (const char* none : {"", "identity", "br", "gzip;q=0", "gzip; q=0.000, zstd;q=0", "xgzip"})
    EXPECT_EQ(encoding_of(asking(none), html_response(200, kPage)), "") << none;
}

TEST(Compress, LeavesAloneWhatWouldGainNothing) {
  EXPECT_EQ(encoding_of(asking("gzip"), html_response(200, "short")), "");
  auto font = html_response(200, kPage);
  font.headers.set("Content-Type", "font/woff2");
  EXPECT_EQ(encoding_of(asking("gzip"), font), "");
  auto packed = html_response(200, kPage);
  packed.headers.set("Content-Encoding", "br");
  EXPECT_EQ(encoding_of(asking("gzip"), packed), "br");
}

TEST(Compress, LeavesAloneWhatHoldsASecret) {
  auto secret = html_response(200, kPage);
  secret.headers.set("Cache-Control", "no-store, no-transform");
  EXPECT_EQ(encoding_of(asking("gzip, zstd"), secret), "");
  EXPECT_EQ(encoding_of(asking("gzip", "POST"), html_response(200, kPage)), "");
}

}  // namespace
}  // namespace holdfast::http
