#include "protocol/report.hpp"

#include <fmt/format.h>

#include "report_reader.hpp"
#include "report_writer.hpp"

namespace holdfast::protocol {
namespace {

// A parser and room for a document with the padding that simdjson reads into. Making them costs as much as parsing an
// ordinary report, so each thread keeps one; those for large documents are not kept.
struct Workplace {
  ondemand::parser parser;
  std::string document;
};
constexpr std::size_t kKeptSize = 64 * 1024;

core::Result<core::Report> refuse(std::string_view sentence) {
  return core::fail(core::ErrorKind::Invalid, "report_invalid", sentence);
}

std::string sentence_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return "The report is empty.";
    case simdjson::UTF8_ERROR:
      return "The report is not valid UTF-8.";
    case simdjson::DEPTH_ERROR:
      return fmt::format("The report is nested too deeply: at most {} objects and lists within each other.", kMaxDepth);
    default:
      return "The report is not valid JSON.";
  }
}

// Everything to the last character, or what is wrong with it.
ReportFault read_document(ondemand::document& document, core::Report& report) {
  ReportFault fault;
  ondemand::object members;
  const simdjson::error_code error = document.get_object().get(members);
  if (error == simdjson::INCORRECT_TYPE) {
    fault.sentence = "The report must be a JSON object.";
  } else if (error) {
    fault.syntax = error;
  } else {
    const MemberPath whole;
    MemberReader::read_all(members, MemberReader(whole, 1, fault), [&](MemberReader& io) { fields(io, report); });
    const bool ended = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    if (!fault && !ended) fault.syntax = simdjson::TRAILING_CONTENT;
  }
  return fault;
}

core::Result<core::Report> parse(Workplace& place, std::string_view text) {
  place.document.assign(text);
  place.document.append(simdjson::SIMDJSON_PADDING, '\0');
  ondemand::document document;
  if (const auto error = place.parser.iterate(place.document.data(), text.size(), place.document.size()).get(document))
    return refuse(sentence_of(error));
  core::Report report;
  const ReportFault fault = read_document(document, report);
  if (fault.syntax) return refuse(sentence_of(fault.syntax));
  if (fault) return refuse(fault.sentence);
  if (report.customer_id.empty()) return refuse("customer_id is missing.");
  return report;
}

}  // namespace

core::Result<core::Report> parse_report(std::string_view document) {
  if (document.size() > kKeptSize) {
    Workplace once;
    return parse(once, document);
  }
  thread_local Workplace kept;
  return parse(kept, document);
}

std::string encode_report(const core::Report& report) {
  std::string out;
  MemberWriter::write_object(out, [&report](MemberWriter& io) { fields(io, report); });
  return out;
}

}  // namespace holdfast::protocol
