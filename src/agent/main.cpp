#include <cstdio>
#include <exception>

#include "agent/program.hpp"

int main(int argc, char** argv) {
  try {
    return holdfast::agent::run_program(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfast-agent: %s\n", error.what());
    return 1;
  }
}
