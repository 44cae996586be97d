#include "hub/app.hpp"

int main(int argc, char** argv) {
  return holdfast::hub::run(argc, argv);
}
