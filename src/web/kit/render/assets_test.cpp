#include "kit/render/assets.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>

#include "kit/render/functions.hpp"

namespace holdfast::web {
namespace {

std::string unpacked(std::string_view packed, std::size_t size) {
  std::string out(size + 1, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string in(packed);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(Assets, AreFoundByTheAddressThatTemplatesPrint) {
  const Asset* style = find_asset(functions::asset("app.css").text());
  ASSERT_NE(style, nullptr);
  EXPECT_EQ(style->name, "app.css");
  EXPECT_EQ(style->content_type, "text/css; charset=utf-8");
  EXPECT_EQ(find_asset("/assets/none.css"), nullptr);
}

TEST(Assets, ArePackedToTheSameBytes) {
  for (const Asset& asset : assets()) {
    EXPECT_FALSE(asset.bytes.empty()) << asset.name;
    if (!asset.gzip_bytes.empty()) {
      EXPECT_EQ(unpacked(asset.gzip_bytes, asset.bytes.size()), asset.bytes) << asset.name;
    }
  }
}

TEST(Assets, KeepToTheBudgetForScripts) {
  std::size_t sum = 0;
  for (const Asset& asset : assets()) sum += asset.name.ends_with(".js") ? asset.gzip_bytes.size() : 0;
  EXPECT_LT(sum, 40'000U);
}

TEST(Assets, NameNoOtherHost) {
  for (const Asset& asset : assets()) {
    if (asset.content_type.starts_with("text/css")) {
      EXPECT_FALSE(asset.bytes.contains("//")) << asset.name;
    }
  }
}

}  // namespace
}  // namespace holdfast::web
