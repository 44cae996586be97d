#pragma once

#include "core/error.hpp"
#include "store/hosts/hosts.hpp"

namespace holdfast::fleet {

// Refuses a repository that is a folder inside what the group backs up.
core::Result<> check_not_inside(const store::Repository& repository, const store::SourceGroup& group);

}  // namespace holdfast::fleet
