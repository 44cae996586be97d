#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace holdfast::http {

// How the other side knows where the body ends.
enum class Framing { Length, Chunked, Until_close };

struct HeadOptions {
  std::string_view date;
  Framing framing = Framing::Length;
  bool keep_alive = true;
  bool http10 = false;
};

// Throws std::invalid_argument when a header has bytes that would end it: no value can add headers of its own.
void check_headers(const Response& response);

// Status line and headers up to the empty line.
std::string response_head(const Response& response, const HeadOptions& options);

std::string_view body_of(const Response& response);

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
class DateHeader {
 public:
  std::string_view now();

 private:
  long long second_ = -1;
  std::string text_;
};

}  // namespace holdfast::http
