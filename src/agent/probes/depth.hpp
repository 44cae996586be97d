#pragma once

namespace holdfast::agent {

// How closely a host is looked at.
enum class Depth {
  Health,  // only what may change its health; cheap enough for every minute
  Full,
};

}  // namespace holdfast::agent
