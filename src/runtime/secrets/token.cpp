#include <sodium.h>

#include <algorithm>
#include <string>

#include "runtime/secrets/crypto.hpp"

namespace holdfast::runtime {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRandomCharacters = 32;
constexpr std::size_t kChecksumCharacters = 6;

// The CRC-32 of all that stands before it, in base 62 with leading zeros.
std::string checksum_of(std::string_view body) {
  std::string checksum(kChecksumCharacters, kBase62[0]);
  std::uint32_t rest = crc32(body);
  for (auto digit = checksum.rbegin(); rest != 0; ++digit, rest /= 62) *digit = kBase62[rest % 62];
  return checksum;
}

}  // namespace

std::string make_token(std::string_view prefix) {
  std::string token(prefix);
  token += '_';
  for (std::size_t i = 0; i < kRandomCharacters; ++i) token += kBase62[randombytes_uniform(kBase62.size())];
  return token + checksum_of(token);
}

bool looks_like_token(std::string_view prefix, std::string_view token) {
  if (token.size() != prefix.size() + 1 + kRandomCharacters + kChecksumCharacters) return false;
  if (!token.starts_with(prefix) || token[prefix.size()] != '_') return false;
  const auto is_base62 = [](char c) { return kBase62.find(c) != std::string_view::npos; };
  if (!std::ranges::all_of(token.substr(prefix.size() + 1), is_base62)) return false;
  const std::size_t body = token.size() - kChecksumCharacters;
  return checksum_of(token.substr(0, body)) == token.substr(body);
}

std::string token_hash(std::string_view token) {
  return sha256(token);
}

}  // namespace holdfast::runtime
