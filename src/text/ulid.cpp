#include "text/ulid.hpp"

#include <algorithm>
#include <cstdint>

namespace holdfast::text {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kLength = 26;

// Writes the lowest 5 * count bits of `value`, most significant first.
void append_base32(std::string& out, std::uint64_t value, int count) {
  for (int shift = 5 * (count - 1); shift >= 0; shift -= 5) out += kAlphabet[(value >> shift) & 31];
}

std::uint64_t big_endian_40_bits(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::byte byte : bytes.first(5)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

}  // namespace

std::string make_ulid(Time time, std::span<const std::byte, 10> entropy) {
  std::string ulid;
  ulid.reserve(kLength);
  append_base32(ulid, static_cast<std::uint64_t>(time.time_since_epoch().count()) & 0xFFFF'FFFF'FFFF, 10);
  append_base32(ulid, big_endian_40_bits(entropy.first(5)), 8);
  append_base32(ulid, big_endian_40_bits(entropy.last(5)), 8);
  return ulid;
}

bool is_ulid(std::string_view text) {
  return text.size() == kLength && text.front() <= '7' &&
         std::ranges::all_of(text, [](char c) { return kAlphabet.contains(c); });
}

}  // namespace holdfast::text
