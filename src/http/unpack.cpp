#include "unpack.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "text/ascii.hpp"

namespace holdfast::http {
namespace {

using Result = std::expected<std::string, UnpackError>;

constexpr std::size_t kPiece = 64 * 1024;
constexpr int kMaxWindowLog = 23;  // 8 MiB: what `zstd -19` writes; a larger window is a way to make us allocate
constexpr int kGzipOnly = 16 + MAX_WBITS;

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream& operator*() { return stream_; }

 private:
  z_stream stream_{};
};

Result unpack_gzip(std::string& packed, std::size_t limit) {
  Inflater inflater;
  z_stream& stream = *inflater;
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string unpacked;
  std::vector<Bytef> piece(kPiece);
  int status = Z_OK;
  while (status != Z_STREAM_END || stream.avail_in != 0) {
    if (status == Z_STREAM_END) inflateReset(&stream);  // what follows is another member
    stream.next_out = piece.data();
    stream.avail_out = kPiece;
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) return std::unexpected(UnpackError::Damaged);
    unpacked.append(reinterpret_cast<const char*>(piece.data()), kPiece - stream.avail_out);
    if (unpacked.size() > limit) return std::unexpected(UnpackError::Too_large);
  }
  return unpacked;
}

Result unpack_zstd(const std::string& packed, std::size_t limit) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (!context) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  ZSTD_inBuffer input{packed.data(), packed.size(), 0};
  std::string unpacked;
  std::vector<char> piece(kPiece);
  std::size_t more = 1;
  while (more != 0) {
    ZSTD_outBuffer output{piece.data(), piece.size(), 0};
    const auto before = input.pos;
    more = ZSTD_decompressStream(context.get(), &output, &input);
    const bool stuck = more != 0 && output.pos == 0 && input.pos == before;
    if (ZSTD_isError(more) || stuck) return std::unexpected(UnpackError::Damaged);
    unpacked.append(piece.data(), output.pos);
    if (unpacked.size() > limit) return std::unexpected(UnpackError::Too_large);
  }
  if (input.pos != input.size) return std::unexpected(UnpackError::Damaged);
  return unpacked;
}

}  // namespace

Result unpack(std::string_view encoding, std::string body, std::size_t limit) {
  if (encoding.empty() || text::equal_ignoring_case(encoding, "identity")) return body;
  if (text::equal_ignoring_case(encoding, "gzip") || text::equal_ignoring_case(encoding, "x-gzip")) {
    return unpack_gzip(body, limit);
  }
  if (text::equal_ignoring_case(encoding, "zstd")) return unpack_zstd(body, limit);
  return std::unexpected(UnpackError::Unknown_encoding);
}

}  // namespace holdfast::http
