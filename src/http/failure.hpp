#pragma once

#include <exception>
#include <string>

namespace holdfast::http {

// What an exception says, for the log.
inline std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace holdfast::http
