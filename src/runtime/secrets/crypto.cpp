#include "runtime/secrets/crypto.hpp"

#include <sodium.h>
#include <zlib.h>

#include <stdexcept>

#include "files/bytes.hpp"

// Randomness, encodings, digests, signatures. Tokens, sealed secrets and passwords have files of their own.
namespace holdfast::runtime {
namespace {

std::string encode_base64(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), as_bytes(bytes), bytes.size(), variant);
  text.pop_back();  // the NUL that sodium wrote
  return text;
}

std::optional<std::string> decode_base64(std::string_view text, int variant) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int result =
      sodium_base642bin(as_bytes(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, &end, variant);
  if (result != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace

void start_crypto() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start: no source of randomness");
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::array<std::byte, 10> random_ulid_entropy() {
  std::array<std::byte, 10> entropy;
  randombytes_buf(entropy.data(), entropy.size());
  return entropy;
}

std::string to_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), as_bytes(bytes), bytes.size());
  text.pop_back();  // the NUL that sodium wrote
  return text;
}

std::string to_base64url(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::string> from_base64url(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string to_base64(std::string_view bytes) {
  return encode_base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::optional<std::string> from_base64(std::string_view text) {
  return decode_base64(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string sha256(std::string_view bytes) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(as_bytes(digest), as_bytes(bytes), bytes.size());
  return digest;
}

std::uint32_t crc32(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, as_bytes(bytes), bytes.size()));
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

SigningKey make_signing_key() {
  SigningKey key{std::string(crypto_sign_PUBLICKEYBYTES, '\0'), std::string(crypto_sign_SECRETKEYBYTES, '\0')};
  crypto_sign_keypair(as_bytes(key.public_key), as_bytes(key.secret_key));
  return key;
}

std::string sign(std::string_view secret_key, std::string_view message) {
  if (secret_key.size() != crypto_sign_SECRETKEYBYTES) throw std::invalid_argument("a signing key has 64 bytes");
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(as_bytes(signature), nullptr, as_bytes(message), message.size(), as_bytes(secret_key));
  return signature;
}

bool verify_signature(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) return false;
  return crypto_sign_verify_detached(as_bytes(signature), as_bytes(message), message.size(), as_bytes(public_key)) == 0;
}

}  // namespace holdfast::runtime
