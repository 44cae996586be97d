#pragma once

#include <string>
#include <vector>

#include "kit/parts.hpp"

namespace holdfast::web::views {

struct LimitField {
  std::string name;   // of the field
  std::string label;  // "Last good backup at most, hours"
  std::string value;  // as typed, or as set here; empty: taken from further out
  std::string holds;  // what holds at present: "26"; empty: it differs from host to host
  std::string from;   // where it comes from: "From the hub: 26"
  std::string error = {};
};

// POST `action`: one field each, and `tag` where it is for a tag. An empty field takes the limit from further out.
struct LimitsForm {
  Url action;
  std::vector<LimitField> fields;
  bool for_tag = false;
  std::string tag;        // as typed
  std::string error;      // of no field
  std::string tag_error;  // of the tag
  std::string hint;
};

// What is set for one tag.
struct TagLimits {
  std::string tag;
  std::string text;  // "last good backup 192 hours, disk Warning 90%"
  Url edit;
};

}  // namespace holdfast::web::views
