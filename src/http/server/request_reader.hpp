#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "transport.hpp"

namespace holdfast::http {

enum class ReadError { Gone, Malformed, Header_too_large, Body_too_large };

// A request of which the body may still be on its way.
struct RequestHead {
  Request request;
  bool keep_alive = false;
  bool http10 = false;
};

// Reads requests off a connection, one after the other.
class RequestReader {
 public:
  RequestReader(Transport& transport, std::size_t max_header);
  ~RequestReader();

  // Waits for the first byte of the next request; false when the connection ends before it. Holds no buffer meanwhile.
  Task<bool> wait();
  Task<std::expected<RequestHead, ReadError>> read_header();
  // What the request was for that read_header could not read: its target as far as there is one, unchecked.
  std::string claimed_target() const;
  // Whether a body is still to be read.
  bool has_body() const;
  // Fails before reading it when it is announced to be larger than `limit`.
  bool fits(std::uint64_t limit) const;
  Task<std::expected<std::string, ReadError>> read_body(std::uint64_t limit);

  // Waits until the other side sends more or has gone; false for the latter.
  Task<bool> read_ahead();
  bool has_unread_bytes() const;

 private:
  struct State;
  Task<bool> fill();
  Task<std::expected<void, ReadError>> put();

  Transport& transport_;
  std::size_t max_header_;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::http
