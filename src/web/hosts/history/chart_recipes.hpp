#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/reports/roll_up.hpp"
#include "fleet/reports/histories.hpp"

// Which graphs are drawn of a host, and of what.
namespace holdfast::web {

// One line: where its values come from, and how they read.
struct Source {
  std::string name;
  std::function<std::optional<double>(const core::RollUp&)> value;
  std::string (*text)(double);
};

double round_up_count(double most);
// 1, 2, 4, 5, 10, … of a unit as bytes are told in.
double round_up_bytes(double most);

// What a chart is made of: its lines and the value at its top.
struct Recipe {
  std::string title;
  std::vector<Source> sources;  // one or two
  double top = 0;               // 0: a little above the highest value
  double least_top = 1;         // it is never smaller than this
  double (*round_up)(double) = round_up_count;
};

// `container`: whose curves are drawn; empty: of those that use most.
std::vector<Recipe> recipes_for(const fleet::History& history, const std::string& container);

// "31 h", of seconds.
std::string age_text(double seconds);

}  // namespace holdfast::web
