#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sqlite/sqlite.hpp"

namespace holdfast::store {

// A part of a statement that grows together with the values it binds.
class SqlText {
 public:
  SqlText& operator+=(std::string_view text) {
    text_ += text;
    return *this;
  }
  // "?", for the text, which has them in the order in which they were bound.
  std::string bind(Value value) {
    values_.push_back(std::move(value));
    return "?";
  }
  const std::string& text() const { return text_; }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
};

}  // namespace holdfast::store
