#pragma once

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>

#include "runtime/async/task.hpp"

namespace holdfast::http {

namespace asio = runtime::asio;
using runtime::Executor;
using runtime::Loop;
using runtime::Task;

// What is written in one go: a head, a body, and what ends it.
using Buffers = std::array<asio::const_buffer, 3>;

// Completes with (error, value) instead of throwing.
inline constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable_t<Executor>{});

// The bytes of one connection. One reader and one writer at a time.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // How many bytes came; 0 when the connection has ended.
  virtual Task<std::size_t> read_some(asio::mutable_buffer into) = 0;
  // How many bytes the socket took; 0 when the connection has ended.
  virtual Task<std::size_t> write_some(Buffers buffers) = 0;
};

}  // namespace holdfast::http
