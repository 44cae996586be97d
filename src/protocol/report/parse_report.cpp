#include "protocol/report/report.hpp"

#include <fmt/format.h>

#include "report/report_reader.hpp"

namespace holdfast::protocol {
namespace {

constexpr std::size_t kUsualSize = 16 * 1024;

void refuse(ReportReading& reading, std::string_view sentence) {
  reading.refusal = core::Error{core::ErrorKind::Invalid, "report_invalid", std::string(sentence)};
}

// `place`: where in the document it is, or empty.
std::string sentence_of(simdjson::error_code error, std::string_view place) {
  switch (error) {
    case simdjson::EMPTY:
      return "The report is empty.";
    case simdjson::UTF8_ERROR:
      return "The report is not valid UTF-8.";
    case simdjson::DEPTH_ERROR:
      return fmt::format("The report is nested too deeply: at most {} objects and lists within each other.", kMaxDepth);
    default:
      return fmt::format("The report is not valid JSON{}.", place);
  }
}

// Where reading ended.
std::string place_of(ondemand::document& document, const std::string& text) {
  const char* at = nullptr;
  if (document.current_location().get(at)) return " near its end";
  return fmt::format(" near byte {}", at - text.data());
}

// Everything to the last character, or what is wrong with it.
ReportFaults read_document(ondemand::document& document, core::Report& report) {
  ReportFaults fault;
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

void read_into(ReportReading& reading, std::string_view document) {
  // Some versions of simdjson pass over one; others who read the document as it was sent do not.
  if (document.starts_with("\xEF\xBB\xBF"))
    return refuse(reading, "The report begins with a byte order mark; leave it out.");
  std::string text;
  text.reserve(document.size() + simdjson::SIMDJSON_PADDING);
  text.assign(document).append(simdjson::SIMDJSON_PADDING, '\0');  // simdjson reads into the padding
  thread_local ondemand::parser usual;  // keeps its room, which is as large as several documents
  ondemand::parser large;
  ondemand::parser& parser = document.size() <= kUsualSize ? usual : large;
  ondemand::document json;
  if (const auto error = parser.iterate(text.data(), document.size(), text.size()).get(json))
    return refuse(reading, sentence_of(error, ""));
  ReportFaults fault = read_document(json, reading.report);
  if (fault.syntax) return refuse(reading, sentence_of(fault.syntax, place_of(json, text)));
  if (fault) return refuse(reading, fault.sentence);
  if (reading.report.customer_id.empty()) return refuse(reading, "customer_id is missing.");
  reading.left_out = std::move(fault.left_out);
  reading.left_out_count = fault.left_out_count;
}

}  // namespace

core::Result<core::Report> parse_report(std::string_view document) {
  auto reading = read_report(document);
  if (reading.refusal) return std::unexpected(*std::move(reading.refusal));
  return std::move(reading.report);
}

ReportReading read_report(std::string_view document) {
  ReportReading reading;
  read_into(reading, document);
  return reading;
}

}  // namespace holdfast::protocol
