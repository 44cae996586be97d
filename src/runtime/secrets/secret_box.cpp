#include <sodium.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "files/bytes.hpp"
#include "runtime/files/exposure.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"

// A sealed secret is: one byte for the format, the nonce, the ciphertext with its tag.
namespace holdfast::runtime {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kKeySize = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHeaderSize = 1 + kNonceSize;

// The key as the file holds it: 64 hexadecimal digits, and white space around them if somebody edited it.
std::optional<std::string> parse_key(std::string_view text) {
  std::string key(kKeySize, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int result = sodium_hex2bin(as_bytes(key), key.size(), text.data(), text.size(), " \t\r\n", &size, &end);
  if (result != 0 || size != kKeySize || end != text.data() + text.size()) return std::nullopt;
  return key;
}

std::string read_or_make_key_file(const std::filesystem::path& path) {
  refuse_exposed_secret(path);
  if (auto content = read_file(path)) return *std::move(content);
  std::string content = to_hex(random_bytes(kKeySize)) + "\n";
  if (create_file_atomically(path, content)) return content;
  return read_file(path).value_or("");  // another process was faster
}

}  // namespace

SecretBox::SecretBox(std::string key) : key_(std::move(key)) {
  if (key_.size() != kKeySize) throw std::invalid_argument("a secret key has 32 bytes");
}

SecretBox SecretBox::open_key_file(const std::filesystem::path& path) {
  std::string content = read_or_make_key_file(path);
  auto key = parse_key(content);
  wipe(content);
  if (!key) throw std::runtime_error(path.string() + " is not a secret key: it must hold 64 hexadecimal digits");
  return SecretBox(*std::move(key));
}

std::string SecretBox::seal(std::string_view context, std::string_view secret) const {
  std::string sealed(kHeaderSize + secret.size() + kTagSize, '\0');
  sealed[0] = kFormat;
  unsigned char* nonce = as_bytes(sealed) + 1;
  randombytes_buf(nonce, kNonceSize);
  crypto_aead_xchacha20poly1305_ietf_encrypt(as_bytes(sealed) + kHeaderSize, nullptr, as_bytes(secret), secret.size(),
                                             as_bytes(context), context.size(), nullptr, nonce, as_bytes(key_));
  return sealed;
}

std::optional<std::string> SecretBox::open(std::string_view context, std::string_view sealed) const {
  if (sealed.size() < kHeaderSize + kTagSize || sealed[0] != kFormat) return std::nullopt;
  const unsigned char* nonce = as_bytes(sealed) + 1;
  const std::string_view cipher = sealed.substr(kHeaderSize);
  std::string secret(cipher.size() - kTagSize, '\0');
  const int result =
      crypto_aead_xchacha20poly1305_ietf_decrypt(as_bytes(secret), nullptr, nullptr, as_bytes(cipher), cipher.size(),
                                                 as_bytes(context), context.size(), nonce, as_bytes(key_));
  if (result != 0) return std::nullopt;
  return secret;
}

}  // namespace holdfast::runtime
