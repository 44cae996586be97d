#pragma once

#include "probes/host_probes.hpp"

namespace holdfast::agent::test {

// Probes of a host that tells nothing, for tests that are about something else.
inline HostProbes::Options quick_probes() {
  HostProbes::Options options;
  options.paths = {"/absent/proc", "/absent/sys", "/absent/dev", "/absent/run", "/absent/etc"};
  options.containers.sockets.clear();
  return options;
}

}  // namespace holdfast::agent::test
