#pragma once

#include "core/reports/roll_up.hpp"
#include "database_fixture.hpp"
#include "store/reports/roll_ups.hpp"

// A roll-up that has everything.
namespace holdfast::store {

inline const core::Time kMidnight = at(1'789'948'800);  // 2026-09-21

inline core::RollUp full_roll_up(core::Time start) {
  core::RollUp values;
  values.start = start;
  values.reports = 4;
  values.cpu_mean = 12.34;
  values.cpu_max = 100;
  values.memory_mean = 55.5;
  values.memory_max = 60.01;
  values.swap_max = 0;
  values.load_mean = 0.07;
  values.temperature_max = -3.5;
  values.disk_max = 97.99;
  values.disks = {{"/", 61.23}, {"/srv", 97.99}};
  values.containers_running = 11;
  values.containers_total = 12;
  values.containers_unhealthy = 1;
  values.backup_age = std::chrono::seconds(86399);
  values.network_received = 1'600'000;
  values.network_sent = 32;
  values.disk_read = 0;
  values.disk_written = 16 * 1e9;
  values.container_use = {{"db", {112.4, 692'060'160.0}}, {"web", {3.7, std::nullopt}}};
  return values;
}

}  // namespace holdfast::store
