#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "http/message.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::http {

struct LocalFailure {
  enum class Kind { NotReached, TooSlow, BadAnswer } kind;  // NotReached: nobody listens, or we may not
  std::string sentence;
};

// GETs `target` ("/containers/json?all=true") from a server on this machine that listens on a Unix socket, on a
// connection of its own: within `time_limit`, and a body of at most `max_body`.
runtime::Task<std::expected<Response, LocalFailure>> get_over_socket(runtime::Loop& loop, std::filesystem::path socket,
                                                                     std::string target,
                                                                     std::chrono::milliseconds time_limit,
                                                                     std::size_t max_body);

}  // namespace holdfast::http
