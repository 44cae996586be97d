#pragma once

#include <fstream>
#include <string>
#include <vector>

// For tests: the stored output of restic.
namespace holdfast::restic {

inline std::vector<std::string> golden_lines(const std::string& name) {
  std::ifstream file(std::string(HOLDFAST_TEST_DATA) + "/restic/" + name);
  if (!file) throw std::runtime_error("there is no stored output " + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

}  // namespace holdfast::restic
