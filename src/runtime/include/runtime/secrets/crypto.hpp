#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What libsodium and libcrypt do for us. Byte strings are std::string; nothing here logs.
namespace holdfast::runtime {

// Called once by main before anything else here; throws when the library cannot start.
void start_crypto();

std::string random_bytes(std::size_t count);
std::array<std::byte, 10> random_ulid_entropy();

std::string to_hex(std::string_view bytes);
std::string to_base64url(std::string_view bytes);                  // without padding
std::optional<std::string> from_base64url(std::string_view text);  // nothing when it is none
std::string to_base64(std::string_view bytes);                     // with padding
std::optional<std::string> from_base64(std::string_view text);

std::string sha256(std::string_view bytes);  // 32 bytes
std::uint32_t crc32(std::string_view bytes);

// Compares without telling by time where they differ.
bool constant_time_equal(std::string_view a, std::string_view b);

// Overwrites the content before the memory is given back.
void wipe(std::string& secret);

// A bearer token: "<prefix>_" + 32 base62 characters (190 bits) + 6 base62 characters of CRC-32, so that a typo and a
// token in the wrong place are seen without a lookup. Stored only as token_hash().
std::string make_token(std::string_view prefix);
bool looks_like_token(std::string_view prefix, std::string_view token);
std::string token_hash(std::string_view token);  // SHA-256, 32 bytes

// Seals short secrets for the database with XChaCha20-Poly1305. `context` ("repositories.password:01J…") is bound in: a
// ciphertext moved to another row or column does not open.
class SecretBox {
 public:
  explicit SecretBox(std::string key);  // 32 bytes

  // Reads the key file; makes it on the first start (mode 0600), and never overwrites one. Throws std::runtime_error
  // with a sentence when the file is there but is no key.
  static SecretBox open_key_file(const std::filesystem::path& path);

  std::string seal(std::string_view context, std::string_view secret) const;
  // Nothing when the key, the context or the ciphertext is not the right one.
  std::optional<std::string> open(std::string_view context, std::string_view sealed) const;

 private:
  std::string key_;
};

// Ed25519.
struct SigningKey {
  std::string public_key;  // 32 bytes
  std::string secret_key;  // 64 bytes
};
SigningKey make_signing_key();
std::string sign(std::string_view secret_key, std::string_view message);  // 64 bytes
bool verify_signature(std::string_view public_key, std::string_view message, std::string_view signature);

// Password hashes. hash_password makes argon2id (19 MiB, t=2); verify takes that and bcrypt ($2a$, $2b$, $2y$; false
// for passwords over 72 bytes there). Both are slow: run them on a WorkerPool.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);
bool is_password_hash(std::string_view text);  // one that verify_password understands

}  // namespace holdfast::runtime
