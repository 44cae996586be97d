#pragma once

#include "core/error.hpp"
#include "core/hosts/source_group.hpp"
#include "core/repositories/repository.hpp"
#include "store/hosts/hosts.hpp"

namespace holdfast::fleet {

// Refuses a repository that is a folder inside what the group backs up.
core::Result<> check_not_inside(const core::Repository& repository, const core::SourceGroup& group);

}  // namespace holdfast::fleet
