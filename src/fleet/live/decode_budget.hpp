#pragma once

#include <algorithm>
#include <cstddef>

// How much one request may decode, whatever hosts sent: the whole of it, or the share of one part.
namespace holdfast::fleet {

class DecodeBudget {
 public:
  DecodeBudget(std::size_t documents, std::size_t bytes) : documents_(documents), bytes_(bytes) {}

  // One of `parts` equal ones of what is left.
  DecodeBudget share(std::size_t parts) const { return {documents_ / parts, bytes_ / parts}; }

  bool spent() const { return documents_ == 0 || bytes_ == 0; }
  std::size_t documents() const { return documents_; }

  // A document was decoded. The last one may be larger than what is left.
  void spend(std::size_t bytes) {
    --documents_;
    bytes_ -= std::min(bytes_, bytes);
    ++decoded_;
    decoded_bytes_ += bytes;
  }

  // How many documents to go on, from one that was decoded to the next, so that what is left lasts for `waiting` ones
  // like those so far.
  std::size_t step(std::size_t waiting) const {
    const std::size_t mean = std::max<std::size_t>(1, decoded_bytes_ / std::max<std::size_t>(1, decoded_));
    const std::size_t affordable = std::max<std::size_t>(1, std::min(documents_, bytes_ / mean));
    return std::max<std::size_t>(1, (waiting + affordable - 1) / affordable);
  }

 private:
  std::size_t documents_;
  std::size_t bytes_;
  std::size_t decoded_ = 0;
  std::size_t decoded_bytes_ = 0;
};

}  // namespace holdfast::fleet
