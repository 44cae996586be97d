#pragma once

#include <sys/types.h>

#include "files/descriptor.hpp"
#include "runtime/process/subprocess.hpp"

namespace holdfast::runtime {

// A process that has just been started, and the parent's ends of what connects to it.
struct Spawned {
  pid_t pid;
  Descriptor process;  // pidfd: readable when the process has ended
  Descriptor out;
  Descriptor err;
};

// Throws std::system_error when the program cannot be started.
Spawned spawn(const Command& command);

}  // namespace holdfast::runtime
