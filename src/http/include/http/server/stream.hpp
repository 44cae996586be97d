#pragma once

#include <string_view>

#include "runtime/async/task.hpp"

namespace holdfast::http {

// An answer that goes on: server-sent events, long downloads. Chunked on the wire. When the client leaves or the server
// stops, closed() becomes true and what its writer waits for ends with operation_aborted.
class Stream {
 public:
  virtual ~Stream() = default;
  // Returns when the socket took it; false when the client is gone or too slow (30 s without taking anything).
  virtual runtime::Task<bool> write(std::string_view bytes) = 0;
  // Whether the client has gone, as far as is known.
  virtual bool closed() const = 0;
};

}  // namespace holdfast::http
