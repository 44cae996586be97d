#include "server/request_reader.hpp"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "text.hpp"
#include "text/ascii.hpp"

// Beast's parser is fed by hand, because bytes come through a Transport, with TLS or without, and because the limit
// of a body is known only when its header has named the route.
namespace holdfast::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::string_body>;
using Message = Parser::value_type;

constexpr std::size_t kReadSize = 16 * 1024;  // a request with a small body in one read

// Beast takes the end of a body without chunks, "0\r\n\r\n", in one piece only: of less it first reads the size and
// then expects all of it with the next byte.
bool is_begun_end(const Parser& parser, const beast::flat_buffer& buffer) {
  constexpr std::size_t kEnd = 5;
  if (!parser.is_header_done() || !parser.chunked() || buffer.size() >= kEnd) return false;
  return buffer.size() > 0 && *static_cast<const char*>(buffer.cdata().data()) == '0';
}

ReadError read_error(const beast::error_code& error) {
  if (error == beast::http::error::header_limit) return ReadError::Header_too_large;
  if (error == beast::http::error::body_limit) return ReadError::Body_too_large;
  return ReadError::Malformed;
}

// What a proxy in front could read differently than we do is refused: two ideas of where a request ends let one client
// write into another's connection.
bool well_framed(const Message& message) {
  const bool http10 = message.version() < 11;
  if (!http10 && message.count(beast::http::field::host) != 1) return false;
  const auto encodings = message.count(beast::http::field::transfer_encoding);
  if (encodings == 0) return true;
  return !http10 && encodings == 1 &&
         text::equal_ignoring_case(text::trim(message[beast::http::field::transfer_encoding]), "chunked");
}

Request to_request(const Message& message) {
  Request request;
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  return request;
}

}  // namespace

struct RequestReader::State {
  beast::flat_buffer buffer;
  std::optional<Parser> parser;
};

RequestReader::RequestReader(Transport& transport, std::size_t max_header)
    : transport_(transport), max_header_(max_header), state_(std::make_unique<State>()) {}

RequestReader::~RequestReader() = default;

Task<bool> RequestReader::wait() {
  state_->parser.reset();
  if (has_unread_bytes()) co_return true;
  state_->buffer = beast::flat_buffer();
  co_await transport_.wait_readable();
  co_return co_await fill();
}

Task<std::expected<RequestHead, ReadError>> RequestReader::read_header() {
  auto& parser = state_->parser.emplace();
  parser.header_limit(static_cast<std::uint32_t>(max_header_));
  parser.body_limit(boost::none);  // checked once the route is known
  while (!parser.is_header_done()) {
    const auto result = co_await put();
    if (!result) co_return std::unexpected(result.error());
  }
  const auto& message = parser.get();
  if (!well_framed(message)) co_return std::unexpected(ReadError::Malformed);
  RequestHead head;
  head.request = to_request(message);
  head.keep_alive = parser.keep_alive();
  head.http10 = message.version() < 11;
  co_return head;
}

// A first line that cannot be read is still in the buffer.
std::string RequestReader::claimed_target() const {
  const auto& message = state_->parser->get();
  if (!message.target().empty()) return std::string(message.target());
  const auto unread = state_->buffer.cdata();
  std::string_view line(static_cast<const char*>(unread.data()), unread.size());
  line = line.substr(0, line.find_first_of("\r\n"));
  take_until(line, ' ');
  return std::string(line.substr(0, line.rfind(' ')));
}

bool RequestReader::has_body() const {
  return state_->parser && !state_->parser->is_done();
}

bool RequestReader::fits(std::uint64_t limit) const {
  return state_->parser->content_length().value_or(0) <= limit;
}

Task<std::expected<std::string, ReadError>> RequestReader::read_body(std::uint64_t limit) {
  auto& parser = *state_->parser;
  if (!fits(limit)) co_return std::unexpected(ReadError::Body_too_large);
  parser.body_limit(limit);
  parser.eager(true);
  while (!parser.is_done()) {
    const auto result = co_await put();
    if (!result) co_return std::unexpected(result.error());
  }
  co_return std::move(parser.get().body());
}

Task<bool> RequestReader::read_ahead() {
  if (has_unread_bytes()) co_return true;
  co_return co_await fill();
}

bool RequestReader::has_unread_bytes() const {
  return state_->buffer.size() > 0;
}

Task<bool> RequestReader::fill() {
  auto& buffer = state_->buffer;
  if (buffer.capacity() < kReadSize) buffer.reserve(kReadSize);
  const auto space = buffer.prepare(kReadSize);
  const auto count = co_await transport_.read_some(space);
  buffer.commit(count);
  co_return count > 0;
}

// Lets the parser have what has been read, and reads more when that was not enough.
Task<std::expected<void, ReadError>> RequestReader::put() {
  auto& [buffer, parser] = *state_;
  beast::error_code error = beast::http::error::need_more;
  if (buffer.size() > 0 && !is_begun_end(*parser, buffer)) buffer.consume(parser->put(buffer.data(), error));
  if (error == beast::http::error::need_more) {
    // The parser wants headers, chunk headers and trailers in one piece.
    if (buffer.size() > max_header_) co_return std::unexpected(ReadError::Header_too_large);
    if (!co_await fill()) co_return std::unexpected(ReadError::Gone);
  } else if (error) {
    co_return std::unexpected(read_error(error));
  }
  co_return std::expected<void, ReadError>();
}

}  // namespace holdfast::http
