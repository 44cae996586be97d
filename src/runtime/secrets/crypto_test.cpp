#include "runtime/secrets/crypto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace holdfast::runtime {
namespace {

using testing::MatchesRegex;

const std::string kAllBytes = [] {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}();

TEST(Crypto, RandomBytesDiffer) {
  start_crypto();
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(32).size(), 32);
  EXPECT_NE(random_bytes(32), random_bytes(32));
  EXPECT_NE(random_ulid_entropy(), random_ulid_entropy());
}

TEST(Crypto, EncodesTheKnownVectors) {
  EXPECT_EQ(to_hex("\x01\xfe"), "01fe");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(to_base64url("foob"), "Zm9vYg");
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(to_base64(""), "");
}

TEST(Crypto, DecodingRefusesWhatItWouldNotHaveWritten) {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zg===", "Zg==\n", "Z g==", "-_8=", "Z"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
  for (const char* text : {"Zg==", "Zh", "+/8", "Z"}) EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

RC_GTEST_PROP(Crypto, Base64GoesThereAndBack, (const std::string& bytes)) {
  RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
  RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
}

RC_GTEST_PROP(Crypto, HexHasTwoDigitsAByteAndKeepsTheOrder, (const std::string& a, const std::string& b)) {
  RC_ASSERT(to_hex(a).size() == a.size() * 2);
  RC_ASSERT((to_hex(a) < to_hex(b)) == (a < b));
  RC_ASSERT((to_hex(a) == to_hex(b)) == (a == b));
}

RC_GTEST_PROP(Crypto, DecodedTextEncodesToItself, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgwZ09+/-_=")));
  if (const auto bytes = from_base64(text)) RC_ASSERT(to_base64(*bytes) == text);
  if (const auto bytes = from_base64url(text)) RC_ASSERT(to_base64url(*bytes) == text);
}

TEST(Crypto, DigestsMatchTheKnownVectors) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(crc32("123456789"), 0xCBF43926);
  EXPECT_EQ(crc32(""), 0);
}

TEST(Crypto, ComparesContentAndLength) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal(kAllBytes, kAllBytes));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
}

TEST(Crypto, WipeOverwritesTheContent) {
  std::string secret(64, 'x');
  const char* memory = secret.data();
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(std::string(memory, 64), std::string(64, '\0'));  // still the string's own memory
}

TEST(Signature, VerifiesWhatTheKeySigned) {
  const SigningKey key = make_signing_key();
  const std::string signature = sign(key.secret_key, kAllBytes);
  EXPECT_EQ(key.public_key.size(), 32);
  EXPECT_EQ(signature.size(), 64);
  EXPECT_TRUE(verify_signature(key.public_key, kAllBytes, signature));
}

TEST(Signature, RefusesAnotherKeyMessageOrSignature) {
  const SigningKey key = make_signing_key();
  const std::string signature = sign(key.secret_key, "message");
  EXPECT_FALSE(verify_signature(make_signing_key().public_key, "message", signature));
  EXPECT_FALSE(verify_signature(key.public_key, "massage", signature));
  EXPECT_FALSE(verify_signature(key.public_key, "message", signature.substr(1)));
  EXPECT_FALSE(verify_signature(key.public_key, "message", ""));
  EXPECT_FALSE(verify_signature("short", "message", signature));
  EXPECT_THROW(sign("short", "message"), std::invalid_argument);
}

TEST(Token, HasPrefixRandomPartAndChecksum) {
  const std::string token = make_token("hfa");
  EXPECT_THAT(token, MatchesRegex("hfa_[0-9A-Za-z]{38}"));
  EXPECT_TRUE(looks_like_token("hfa", token));
  EXPECT_NE(make_token("hfa"), token);
  EXPECT_EQ(token_hash(token), sha256(token));
}

TEST(Token, ATokenInTheWrongPlaceIsSeen) {
  const std::string token = make_token("hfa");
  EXPECT_FALSE(looks_like_token("hfe", token));
  EXPECT_FALSE(looks_like_token("hf", token));
  EXPECT_FALSE(looks_like_token("hfa_", token));
  EXPECT_FALSE(looks_like_token("hfe", "hfe" + token.substr(3)));
  EXPECT_FALSE(looks_like_token("hfa", ""));
  EXPECT_FALSE(looks_like_token("hfa", token + "0"));
}

TEST(Token, EveryTypoIsSeen) {
  const std::string token = make_token("hfa");
  for (std::size_t at = 0; at < token.size(); ++at) {
    for (const char c : {'0', 'z', '-', '\0'}) {
      std::string wrong = token;
      wrong[at] = c;
      EXPECT_EQ(looks_like_token("hfa", wrong), wrong == token) << wrong;
    }
  }
}

}  // namespace
}  // namespace holdfast::runtime
