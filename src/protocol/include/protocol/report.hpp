#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/report.hpp"

// The document in which a node says how it is: what `POST /api/v1/report` takes and what the agent sends.
// `docs/reference/reports.md` describes it, `docs/reference/report.schema.json` is its schema.
namespace holdfast::protocol {

// The whole document is checked, also what is not understood, so that one that is kept as it was sent is valid JSON in
// valid UTF-8. Members that are not understood are left out, null is the same as absent, texts longer than 64 KiB are
// cut. How large a document may be is for the caller to say; this takes time and memory in proportion to it.
//
// The error has kind Invalid, the code "report_invalid", and a sentence that names the member:
// "system.disks[3].percent must be a number from 0 to 100."
core::Result<core::Report> parse_report(std::string_view document);

// What parse_report reads as the same report. Figures and texts that it would refuse are brought into range or left
// out; `customer_id` must be valid.
std::string encode_report(const core::Report& report);

}  // namespace holdfast::protocol
