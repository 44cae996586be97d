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
//   "two words"         quotes keep blanks together and take the meaning from signs; in them \" is "
namespace holdfast::core {

enum class FilterKey {
  Word,        // no key
  Status,      // ok, warn, down, waiting, paused, unprotected; `warning` is read as warn
  Tag,         // has it
  Customer,    // slug or name; `site:` is the same
  Os,          // contains
  Agent,       // version of agent or controller, compared, or is exactly
  Backup,      // age of the last good backup, compared; `none`; past its limit: `warn`, past twice its limit: `down`
  Disk,        // percent of the fullest disk, compared; past the limits of the host: `warn`, `down`
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
  std::vector<std::string> values;  // in lower case (ASCII), at least one; one alone when `compare` is not Is
  double number = 0;                // of a comparison: percent, or seconds; 0 for a version, which is the value

  bool operator==(const FilterTerm&) const = default;
};

struct Filter {
  std::vector<FilterTerm> terms;

  bool operator==(const Filter&) const = default;
};

// The error names the part that is wrong: "disk:>full: after > there must be a number from 0 to 100". At most 20
// parts of at most 50 values are taken, at most 100 values of at most 255 bytes together. An empty text is a filter
// without terms, which everything passes.
Result<Filter> parse_filter(std::string_view text);

// Text that is parsed as the same: for addresses and saved filters.
std::string to_text(const Filter& filter);
std::string to_text(const FilterTerm& term);

// Compares "1.4.10" with "1.4.9" number by number: below 0 when `a` is older, above when it is newer. A missing number
// is 0, "1.5-rc1" comes before "1.5", what follows a '+' does not count; what is no version is older than any.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace holdfast::core
