#pragma once

#include <deque>
#include <string>
#include <utility>

namespace holdfast::restic {

// The last plain lines that restic wrote to stderr, with the secrets that they may hold: a short password is in many
// words, and without those nothing would be understood. Bounded.
class ErrorTail {
 public:
  void add(std::string line) {
    if (line.empty()) return;
    lines_.push_back(std::move(line));
    if (lines_.size() > kMostLines) lines_.pop_front();
  }
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  static constexpr std::size_t kMostLines = 64;
  std::deque<std::string> lines_;
};

}  // namespace holdfast::restic
