#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

// The words by which the values of an enum are stored and sent, both ways.
namespace holdfast::core {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, std::string_view>, N>;

// `value` must be in the list.
template <class T, std::size_t N>
constexpr std::string_view name_of(const Names<T, N>& names, T value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  std::unreachable();
}

template <class T, std::size_t N>
constexpr std::optional<T> value_of(const Names<T, N>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace holdfast::core
