#pragma once

#include <fmt/format.h>

#include <string>

// How the hosts of a bench are called, so that those who fill a database and those who send to it mean the same.
namespace holdfast::bench {

struct FleetName {
  std::string customer;
  std::string host;
};

inline FleetName fleet_name(int number, int per_customer = 1) {
  return {fmt::format("customer-{:04}", number / per_customer), fmt::format("host-{:05}", number)};
}

}  // namespace holdfast::bench
