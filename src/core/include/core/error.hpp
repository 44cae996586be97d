#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

// A failure that somebody's input can cause. It is returned, never thrown; what the machine can cause (disk, memory,
// database) is an exception.
namespace holdfast::core {

// What went wrong in the terms of whoever asked. `web` maps each kind to one HTTP status.
enum class ErrorKind {
  Invalid,       // the input is malformed or out of range
  Unauthorized,  // nobody is signed in, or the token is not valid
  Forbidden,     // known who it is, and that one may not
  NotFound,      // no such thing, or one that the asker may not see
  Conflict,      // right input, wrong moment: the thing is in another state
  Gone,          // it was there and has expired or was used up
  TooMany,       // a limit on rate or number was reached
  Unavailable,   // the thing that would answer is not reachable right now
};

struct Error {
  ErrorKind kind;
  std::string code;     // stable, snake_case, for programs: "token_expired"
  std::string message;  // one sentence for people, without secrets
  // Of TooMany, when it is known.
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};

template <class T = void>
using Result = std::expected<T, Error>;

// Makes the unexpected side of any Result: `return fail(ErrorKind::NotFound, "no_such_host", "There is no such
// host.")`.
inline std::unexpected<Error> fail(ErrorKind kind, std::string_view code, std::string_view message) {
  return std::unexpected(Error{kind, std::string(code), std::string(message)});
}

// TooMany, for as long as `wait`.
inline std::unexpected<Error> fail_for(std::chrono::seconds wait, std::string_view code, std::string_view message) {
  return std::unexpected(Error{ErrorKind::TooMany, std::string(code), std::string(message), wait});
}

}  // namespace holdfast::core
