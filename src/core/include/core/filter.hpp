#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

// The language of search boxes and filters in addresses: words and `key:value`, all of which must hold.
//
//   web prod            name, address or tag contains each word
//   status:warn,down    one of several values
//   -tag:lab            none of them
//   disk:>90 disk>90    compared with a number; backup:>26h seen:>30m with an age; agent:<1.4.2 with a version
//   "two words"         quotes keep blanks together
namespace holdfast::core {

enum class FilterKey {
  Word,        // no key
  Status,      // ok, warn, down, waiting, paused
  Tag,         //
  Customer,    // slug or name; `site:` is the same
  Os,          // contains
  Agent,       // version of agent or controller, compared
  Backup,      // age of the last good backup, compared; `none`
  Disk,        // percent of the fullest disk, compared
  Cpu,         // percent, compared
  Memory,      // percent, compared; `mem:` is the same
  Seen,        // age of the last report, compared; `never`
  Repository,  // name contains, `none`; `repo:` is the same
  Job,         // queued, running, none
  Kind,        // agent, report
};

enum class FilterOperator { Is, Less, LessEqual, Greater, GreaterEqual };

struct FilterTerm {
  FilterKey key = FilterKey::Word;
  bool negated = false;
  FilterOperator compare = FilterOperator::Is;
  std::vector<std::string> values;  // in lower case, at least one; one alone when `compare` is not Is
  double number = 0;                // of a comparison: percent, or seconds

  bool operator==(const FilterTerm&) const = default;
};

struct Filter {
  std::vector<FilterTerm> terms;

  bool operator==(const Filter&) const = default;
};

// The error names the part that is wrong: "disk:>full: after > there must be a number".
Result<Filter> parse_filter(std::string_view text);

// Compares "1.4.10" with "1.4.9" number by number; what is no version is older than any.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace holdfast::core
