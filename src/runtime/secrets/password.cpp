#include <crypt.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "runtime/secrets/crypto.hpp"
#include "text/ascii.hpp"

namespace holdfast::runtime {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = 19'456 * std::size_t{1024};
constexpr std::size_t kBcryptLimit = 72;  // what stands behind it, bcrypt ignores
constexpr std::size_t kBcryptSize = 60;   // "$2b$12$", 22 characters of salt, 31 of hash

bool is_argon2id(const std::string& hash) {
  return hash.starts_with("$argon2id$") && hash.find('\0') == std::string::npos &&
         crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemory) != -1;
}

bool is_bcrypt_character(char c) {
  return c == '.' || c == '/' || text::is_digit(c) || text::is_letter(c);
}

bool is_bcrypt(std::string_view hash) {
  if (hash.size() != kBcryptSize || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$') return false;
  if (hash[2] != 'a' && hash[2] != 'b' && hash[2] != 'y') return false;
  if (!text::is_digit(hash[4]) || !text::is_digit(hash[5])) return false;
  const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  return cost >= 4 && cost <= 31 && std::ranges::all_of(hash.substr(7), is_bcrypt_character);
}

bool verify_bcrypt(const std::string& hash, const std::string& password) {
  if (password.size() > kBcryptLimit || password.find('\0') != std::string::npos) return false;
  const auto work = std::make_unique<crypt_data>();  // 32 KiB: too much for the stack of a thread
  const char* computed = crypt_r(password.c_str(), hash.c_str(), work.get());
  const bool equal = computed && constant_time_equal(computed, hash);
  sodium_memzero(work.get(), sizeof(crypt_data));
  return equal;
}

}  // namespace

std::string hash_password(std::string_view password) {
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasses, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();  // the only way it fails
  }
  hash.resize(hash.find('\0'));
  return hash;
}

bool verify_password(std::string_view hash, std::string_view password) {
  const std::string text(hash);
  if (is_argon2id(text)) return crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
  if (!is_bcrypt(text)) return false;
  std::string copy(password);
  const bool equal = verify_bcrypt(text, copy);
  wipe(copy);
  return equal;
}

bool is_password_hash(std::string_view text) {
  return is_argon2id(std::string(text)) || is_bcrypt(text);
}

}  // namespace holdfast::runtime
