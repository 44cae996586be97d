#pragma once

namespace holdfast::agent {

// The program holdfast-agent, from its arguments to its exit code: 0, 1 when it failed, 2 when it was called wrongly.
int run_program(int argc, const char* const* argv);

}  // namespace holdfast::agent
