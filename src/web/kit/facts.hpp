#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kit/parts.hpp"

namespace holdfast::web {

// A list of what is known: empty values are left out.
class Facts {
 public:
  void add(std::string label, std::string value) {
    if (!value.empty()) all_.push_back({std::move(label), std::move(value)});
  }
  std::vector<views::Fact> take() { return std::move(all_); }

 private:
  std::vector<views::Fact> all_;
};

}  // namespace holdfast::web
