#pragma once

#include <string_view>

// What a status is about, in one word: to count hosts by it.
namespace holdfast::core {

enum class StatusCause { Silence, Health, BackupAge, Runs, Partial, Disk, Plan, Other };

// The first thing that a reason of judge_host() names. Its first 24 bytes are enough.
StatusCause cause_of(std::string_view reason);

}  // namespace holdfast::core
