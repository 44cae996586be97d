#include "process/lines.hpp"

#include <utility>

namespace holdfast::runtime {

std::optional<std::string_view> LineSplitter::next(std::string_view& chunk) {
  if (std::exchange(line_is_done_, false)) line_.clear();
  const std::size_t end = chunk.find('\n');
  const std::string_view piece = chunk.substr(0, end);
  const bool is_whole = end != std::string_view::npos;
  chunk.remove_prefix(is_whole ? end + 1 : chunk.size());
  if (is_whole && line_.empty()) return piece.substr(0, max_line_);
  line_ += piece.substr(0, max_line_ - line_.size());
  if (!is_whole) return std::nullopt;
  line_is_done_ = true;
  return line_;
}

std::optional<std::string_view> LineSplitter::last() {
  if (line_is_done_ || line_.empty()) return std::nullopt;
  line_is_done_ = true;
  return line_;
}

}  // namespace holdfast::runtime
