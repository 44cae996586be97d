#pragma once

#include <fcntl.h>
#include <signal.h>

// glibc 2.36 declares these without saying that they are C.
extern "C" {
#include <sys/pidfd.h>
}
