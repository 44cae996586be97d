#pragma once

#include <string_view>

#include "process/error_tail.hpp"

// Which trouble the words of restic, of every version, tell of.
namespace holdfast::restic {

struct Explanation {
  std::string_view code;       // stable, for programs
  std::string_view message;    // what happened
  std::string_view next_step;  // what to do about it
};

extern const Explanation kWrongPassword;
extern const Explanation kRepositoryMissing;
extern const Explanation kRepositoryDamaged;
extern const Explanation kLocked;
extern const Explanation kUnreachable;
extern const Explanation kInterrupted;
extern const Explanation kTooManyFiles;
extern const Explanation kUnknown;

struct Finding {
  const Explanation* explanation = nullptr;
  std::string_view line;
};

// What one line tells; null when it is not understood.
const Explanation* find_sign(std::string_view line);

// What the last line that tells something says: earlier ones may be of attempts that restic repeated with success.
// What also follows other trouble counts only when nothing else is told. Null when nothing is understood.
Finding find_reason(const ErrorTail& tail);

// The line that says most when none is understood.
std::string_view most_telling(const ErrorTail& tail);

// Whether restic is going to try again, and whether that is in vain: what is wrong does not change by itself.
bool is_retry(std::string_view line);
bool is_retry_in_vain(std::string_view line);

}  // namespace holdfast::restic
