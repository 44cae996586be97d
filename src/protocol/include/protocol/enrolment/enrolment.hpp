#pragma once

#include <string>
#include <string_view>

// What agent and hub must agree on when an announced host enrols: docs/internals/protocol.md.
namespace holdfast::protocol {

// What the agent signs with the key it announced. `nonce`: the bytes that the hub gave it, decoded from base64.
std::string proof_text(std::string_view announcement_id, std::string_view nonce);

}  // namespace holdfast::protocol
