#include "server/exchange.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace holdfast::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::response_parser<beast::http::string_body>;
using Failure = std::unexpected<std::string>;
using ExchangeResult = std::expected<Response, std::string>;

constexpr std::size_t kReadSize = 16 * 1024;

std::string request_head(const Call& call) {
  std::string head = call.method + " " + call.target + " HTTP/1.1\r\nHost: " + call.host + "\r\n";
  for (const auto& [name, value] : call.headers) head.append(name).append(": ").append(value).append("\r\n");
  const bool has_body = !call.body.empty() || (call.method != "GET" && call.method != "HEAD");
  if (has_body) head.append("Content-Length: ").append(std::to_string(call.body.size())).append("\r\n");
  return head.append("Connection: close\r\n\r\n");
}

Task<bool> write_request(ByteStream& stream, const Call& call) {
  const std::string head = request_head(call);
  const std::string_view parts[] = {head, call.body};
  for (std::string_view rest : parts) {
    while (!rest.empty()) {
      const Buffers buffers{asio::buffer(rest)};
      const auto count = co_await stream.write_some(buffers);
      if (count == 0) co_return false;
      rest.remove_prefix(count);
    }
  }
  co_return true;
}

// Reads on and lets the parser have it.
Task<beast::error_code> put_more(ByteStream& stream, beast::flat_buffer& buffer, Parser& parser) {
  beast::error_code error = beast::http::error::need_more;
  if (buffer.size() > 0) buffer.consume(parser.put(buffer.data(), error));
  if (error != beast::http::error::need_more && (error || parser.is_done())) co_return error;
  const auto space = buffer.prepare(kReadSize);
  const auto count = co_await stream.read_some(space);
  buffer.commit(count);
  if (count > 0) co_return beast::error_code();
  error = beast::http::error::partial_message;
  if (parser.got_some()) parser.put_eof(error);
  co_return error;
}

Response to_response(Parser& parser) {
  auto& message = parser.get();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) response.headers.add(std::string(field.name_string()), std::string(field.value()));
  response.body = std::move(message.body());
  return response;
}

std::string sentence_for(const std::string& name, const beast::error_code& error) {
  if (error == beast::http::error::body_limit) return "the answer of " + name + " is too large";
  if (error == beast::http::error::partial_message) return "the connection to " + name + " ended before the answer did";
  return name + " does not answer in HTTP: " + error.message();
}

Task<ExchangeResult> read_response(ByteStream& stream, const Call& call) {
  beast::flat_buffer buffer;
  for (;;) {
    Parser parser;
    parser.body_limit(call.max_body);
    parser.eager(true);
    parser.skip(call.method == "HEAD");
    while (!parser.is_done()) {
      const auto error = co_await put_more(stream, buffer, parser);
      if (error) co_return Failure(sentence_for(call.name, error));
    }
    const bool is_interim = parser.get().result_int() / 100 == 1;
    if (!is_interim) co_return to_response(parser);
  }
}

}  // namespace

Task<ExchangeResult> exchange(ByteStream& stream, const Call& call) {
  // A server may refuse before it has read everything; its answer counts even when writing failed.
  co_await write_request(stream, call);
  co_return co_await read_response(stream, call);
}

}  // namespace holdfast::http
