#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>

#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"
#include "temporary_directory.hpp"

namespace holdfast::runtime {
namespace {

// A fixed key: the properties are about the box.
const SecretBox kBox(std::string(32, 'k'));

RC_GTEST_PROP(SecretBox, OpensWhatItSealed, (const std::string& context, const std::string& secret)) {
  const std::string sealed = kBox.seal(context, secret);
  RC_ASSERT(kBox.open(context, sealed) == secret);
  RC_ASSERT(kBox.seal(context, secret) != sealed);
}

RC_GTEST_PROP(SecretBox, AFlippedBitNeverOpens, (const std::string& context, const std::string& secret)) {
  std::string sealed = kBox.seal(context, secret);
  const auto bit = *rc::gen::inRange<std::size_t>(0, sealed.size() * 8);
  sealed[bit / 8] = static_cast<char>(sealed[bit / 8] ^ (1 << (bit % 8)));
  RC_ASSERT(kBox.open(context, sealed) == std::nullopt);
}

RC_GTEST_PROP(SecretBox, AShorterCiphertextNeverOpens, (const std::string& secret)) {
  const std::string sealed = kBox.seal("context", secret);
  const auto size = *rc::gen::inRange<std::size_t>(0, sealed.size());
  RC_ASSERT(kBox.open("context", sealed.substr(0, size)) == std::nullopt);
}

RC_GTEST_PROP(SecretBox, AnotherContextNeverOpens, (const std::string& a, const std::string& b)) {
  RC_PRE(a != b);
  RC_ASSERT(kBox.open(b, kBox.seal(a, "secret")) == std::nullopt);
}

TEST(SecretBox, AnotherKeyDoesNotOpen) {
  const SecretBox other(std::string(32, 'x'));
  EXPECT_EQ(other.open("context", kBox.seal("context", "secret")), std::nullopt);
  EXPECT_THROW(SecretBox("short"), std::invalid_argument);
}

class KeyFileTest : public testing::Test {
 protected:
  tests::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "secret.key";
};

TEST_F(KeyFileTest, IsMadeOnTheFirstStartAndReadOnTheNext) {
  const std::string sealed = SecretBox::open_key_file(path_).seal("context", "secret");
  const auto content = read_file(path_);
  EXPECT_EQ(std::filesystem::status(path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(SecretBox::open_key_file(path_).open("context", sealed), "secret");
  EXPECT_EQ(read_file(path_), content);
}

TEST_F(KeyFileTest, ThatIsNoKeyIsRefusedAndKept) {
  const std::string hex(64, 'a');
  for (const std::string& content : {std::string(), std::string("secret"), hex.substr(2), hex + "aa", hex + "x"}) {
    write_file_atomically(path_, content);
    EXPECT_THROW(SecretBox::open_key_file(path_), std::runtime_error) << content;
    EXPECT_EQ(read_file(path_), content);
  }
}

TEST_F(KeyFileTest, TheErrorDoesNotShowTheContent) {
  write_file_atomically(path_, "nearlyakey");
  try {
    SecretBox::open_key_file(path_);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("nearlyakey")));
    EXPECT_THAT(error.what(), testing::HasSubstr("secret.key"));
  }
}

TEST_F(KeyFileTest, MayEndWithOrWithoutANewline) {
  write_file_atomically(path_, std::string(64, 'a'));
  const std::string sealed = SecretBox::open_key_file(path_).seal("context", "secret");
  write_file_atomically(path_, std::string(64, 'A') + "\r\n");
  EXPECT_EQ(SecretBox::open_key_file(path_).open("context", sealed), "secret");
}

}  // namespace
}  // namespace holdfast::runtime
