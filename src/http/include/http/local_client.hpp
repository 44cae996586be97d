#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "http/message.hpp"
#include "runtime/task.hpp"

namespace holdfast::http {

// GETs `target` ("/containers/json?all=true") from a server on this machine that listens on a Unix socket, on a
// connection of its own. The error is a sentence: nobody listens, no answer within `time_limit`, a body over
// `max_body`.
runtime::Task<std::expected<Response, std::string>> get_over_socket(runtime::Loop& loop, std::filesystem::path socket,
                                                                    std::string target,
                                                                    std::chrono::milliseconds time_limit,
                                                                    std::size_t max_body);

}  // namespace holdfast::http
