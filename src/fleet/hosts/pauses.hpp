#pragma once

#include <optional>

#include "core/error.hpp"
#include "core/hosts/host.hpp"
#include "fleet/accounts/actor.hpp"
#include "store/accounts/customers.hpp"

namespace holdfast::fleet {

// The pause as it is stored: by whom, since when. Invalid when it makes no sense.
core::Result<std::optional<core::Pause>> complete_pause(std::optional<core::Pause> pause, const Actor& actor,
                                                        core::Time now);

// What the audit log says of it.
std::string describe_pause(const std::optional<core::Pause>& pause);

}  // namespace holdfast::fleet
