#include <cstdlib>
#include <string_view>

#include "protocol/agent/messages.hpp"

// Whatever is decoded must be decodable again after encoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = decode_agent_message(text)) {
    if (!decode_agent_message(encode(decoded->message, decoded->id))) std::abort();
  }
  if (const auto decoded = decode_hub_message(text)) {
    if (!decode_hub_message(encode(decoded->message, decoded->id))) std::abort();
  }
  return 0;
}
