#pragma once

#include <concepts>
#include <type_traits>

namespace holdfast::protocol {

// What `fields` describes: a T that is read into, or a const T that is written.
template <class M, class T>
concept Is = std::same_as<std::remove_const_t<M>, T>;

}  // namespace holdfast::protocol
