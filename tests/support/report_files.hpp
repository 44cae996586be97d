#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace holdfast::tests {

// A document of tests/data/reports, as it is in the file.
inline std::string report_file(const std::string& name) {
  std::ifstream file(HOLDFAST_TEST_DATA "/reports/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("there is no report " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace holdfast::tests
