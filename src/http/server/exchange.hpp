#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "byte_stream.hpp"
#include "http/message.hpp"

namespace holdfast::http {

// One request, and whom it goes to.
struct Call {
  std::string method;
  std::string target;  // "/path?query"
  std::string host;    // for the Host header
  Headers headers;
  std::string body;
  std::string name;          // of the other side, for the error's sentence
  std::size_t max_body = 0;  // of the response
};

// Writes the request and reads the response. The connection is used up afterwards. The error is a sentence.
Task<std::expected<Response, std::string>> exchange(ByteStream& stream, const Call& call);

}  // namespace holdfast::http
