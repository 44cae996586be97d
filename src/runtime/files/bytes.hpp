#pragma once

#include <string>
#include <string_view>

namespace holdfast::runtime {

// Our byte strings as libsodium and zlib want them.
inline unsigned char* as_bytes(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
inline const unsigned char* as_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace holdfast::runtime
