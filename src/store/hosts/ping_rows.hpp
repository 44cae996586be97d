#pragma once

namespace holdfast::store {

// In the column `ping` of host_state.
inline constexpr int kPingSuccess = 0;
inline constexpr int kPingStart = 1;
inline constexpr int kPingFailure = 2;

}  // namespace holdfast::store
