#include "fleetsim/fleetsim.hpp"

int main(int argc, char** argv) {
  return holdfast::fleetsim::run(argc, argv);
}
