// Apart from reading, so that a program that only writes reports does without simdjson.
#include "protocol/report/report.hpp"
#include "report/report_writer.hpp"

namespace holdfast::protocol {

std::string encode_report(const core::Report& report) {
  std::string out;
  MemberWriter::write_object(out, [&report](MemberWriter& io) { fields(io, report); });
  return out;
}

}  // namespace holdfast::protocol
