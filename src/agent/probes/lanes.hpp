#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "runtime/async/task.hpp"

namespace holdfast::agent {

// Does `step` for 0, 1, … `count` - 1, at most `lanes` at the same time, and begins none after `limit`.
inline runtime::Task<> run_in_lanes(runtime::Loop& loop, std::size_t lanes, std::size_t count,
                                    std::chrono::steady_clock::duration limit,
                                    std::function<runtime::Task<>(std::size_t)> step) {
  std::size_t next = 0;
  const auto end = std::chrono::steady_clock::now() + limit;
  const std::function<runtime::Task<>()> lane = [&]() -> runtime::Task<> {
    while (next < count && std::chrono::steady_clock::now() < end) co_await step(next++);
  };
  std::vector<runtime::NamedTask> tasks;
  for (std::size_t i = 0; i < std::min(lanes, count); ++i) tasks.push_back({"probe", lane});
  co_await runtime::run_together(loop, std::move(tasks));
}

}  // namespace holdfast::agent
