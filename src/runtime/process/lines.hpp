#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::runtime {

// Cuts a stream that arrives in chunks into lines without their newline; what a line has beyond `max_line` is dropped.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t max_line) : max_line_(max_line) {}

  // Takes from the front of `chunk` up to a newline and gives that line, or takes all of it and gives nothing. The line
  // is valid until the next call and as long as the chunk.
  std::optional<std::string_view> next(std::string_view& chunk);

  // At the end of the stream: what came after the last newline, if anything.
  std::optional<std::string_view> last();

 private:
  std::size_t max_line_;
  std::string line_;           // the beginning of the current line, from earlier chunks
  bool line_is_done_ = false;  // line_ was given away
};

}  // namespace holdfast::runtime
