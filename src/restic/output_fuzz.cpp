#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "output.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::restic;
  const auto line = parse_line({reinterpret_cast<const char*>(data), size});
  if (const auto* status = std::get_if<Status>(&line)) {
    if (!(status->fraction >= 0 && status->fraction <= 1)) std::abort();
  }
  return 0;
}
