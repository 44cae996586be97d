#include "agent/program.hpp"

int main(int argc, char** argv) {
  return holdfast::agent::run_program(argc, argv);
}
