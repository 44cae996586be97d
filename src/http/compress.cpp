#include "http/compress.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

#include "text.hpp"
#include "text/ascii.hpp"

namespace holdfast::http {
namespace {

constexpr std::size_t kWorthIt = 1024;  // bytes; less fits into a packet or two
constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kGzipLevel = 4;  // level 6 takes twice as long for 3% less
constexpr int kGzipMemory = 8;
constexpr int kZstdLevel = 3;

bool is_text(std::string_view type) {
  constexpr std::array kTexts{"application/json", "image/svg+xml", "text/"};
  return std::ranges::any_of(kTexts, [type](std::string_view text) { return type.starts_with(text); });
}

bool is_refused(std::string_view parameters) {
  const auto q = parameters.find("q=");
  return q != parameters.npos && parameters.substr(q + 2).find_first_of("123456789") == parameters.npos;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzip, kGzipMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), kZstdLevel);
  if (ZSTD_isError(size)) throw std::bad_alloc();
  packed.resize(size);
  return packed;
}

bool is_worth_it(const Request& request, const Response& response) {
  return (request.method == "GET" || request.method == "HEAD") && response.body.size() >= kWorthIt &&
         response.static_body.empty() && is_text(response.headers.get("Content-Type")) &&
         !response.headers.contains("Content-Encoding") &&
         !response.headers.get("Cache-Control").contains("no-transform");
}

}  // namespace

bool accepts_encoding(std::string_view accept, std::string_view encoding) {
  while (!accept.empty()) {
    auto item = text::trim(take_until(accept, ','));
    const auto name = text::trim(take_until(item, ';'));
    if (text::equal_ignoring_case(name, encoding)) return !is_refused(item);
  }
  return false;
}

void compress(const Request& request, Response& response) {
  if (!is_worth_it(request, response)) return;
  const auto accept = request.headers.get("Accept-Encoding");
  const bool takes_zstd = accepts_encoding(accept, "zstd");
  if (!takes_zstd && !accepts_encoding(accept, "gzip")) return;
  response.body = takes_zstd ? zstd(response.body) : gzip(response.body);
  response.headers.set("Content-Encoding", takes_zstd ? "zstd" : "gzip");
  response.headers.add("Vary", "Accept-Encoding");
}

}  // namespace holdfast::http
