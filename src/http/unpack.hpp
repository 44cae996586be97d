#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace holdfast::http {

enum class UnpackError { Unknown_encoding, Damaged, Too_large };

// A body without its Content-Encoding: gzip (of any number of members), zstd, or none. Never holds more than `limit`
// bytes.
std::expected<std::string, UnpackError> unpack(std::string_view encoding, std::string body, std::size_t limit);

}  // namespace holdfast::http
