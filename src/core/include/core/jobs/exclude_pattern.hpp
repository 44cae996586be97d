#pragma once

#include <string_view>

namespace holdfast::core {

// Whether restic can read the pattern: each part between slashes must be one of Go's filepath.Match. restic stops at
// one that is not, after the job has begun.
bool is_exclude_pattern(std::string_view pattern);

}  // namespace holdfast::core
