#pragma once

#include <chrono>
#include <cstddef>

// What is read from the disk waits in the socket: no more of it than this, and so long until it is looked at again.
namespace holdfast::agent {

inline constexpr std::size_t kMaxUnsent = 512 * 1024;
inline constexpr std::chrono::milliseconds kFullSocketPause{20};

}  // namespace holdfast::agent
