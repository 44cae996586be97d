#include "protocol/enrolment/enrolment.hpp"

#include <fmt/format.h>

namespace holdfast::protocol {

std::string proof_text(std::string_view announcement_id, std::string_view nonce) {
  return fmt::format("holdfast-enrol-v1\n{}\n{}", announcement_id, nonce);
}

}  // namespace holdfast::protocol
