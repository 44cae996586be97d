#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/reports/report.hpp"

// The document in which a node says how it is: what `POST /api/v1/report` takes and what the agent sends.
// `docs/reference/reports.md` describes it, `docs/reference/report.schema.json` is its schema.
namespace holdfast::protocol {

// The whole document is checked, also what is not understood, so that one that is kept as it was sent is valid JSON in
// valid UTF-8. Members that are not understood are left out, null is the same as absent, texts longer than 64 KiB are
// cut. How large a document may be is for the caller to say; this takes time and memory in proportion to it.
//
// A member that is not what it should be is left out, with a sentence that names it: "system.disks[3].percent must be a
// number from 0 to 100." Only what is no JSON, or does not say whose it is, is refused: by an error of kind Invalid
// with the code "report_invalid".
struct ReportReading {
  core::Report report;  // of one that is refused, as far as it was read
  std::optional<core::Error> refusal;
  std::vector<std::string> left_out;  // of the first twenty
  std::size_t left_out_count = 0;
};
ReportReading read_report(std::string_view document);
core::Result<core::Report> parse_report(std::string_view document);

// What parse_report reads as the same report. Figures and texts that it would leave out are brought into range or left
// out; `customer_id` must be valid.
std::string encode_report(const core::Report& report);

}  // namespace holdfast::protocol
