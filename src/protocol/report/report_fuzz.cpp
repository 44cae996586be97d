#include <simdjson.h>

#include <cstdlib>

#include "protocol/report/report.hpp"

namespace {

using namespace holdfast;

bool is_percent(const std::optional<double>& value) {
  return !value || (*value >= 0 && *value <= 100);
}

void check_figures(const core::Report& report) {
  const auto figures = core::figures_of(report, report.timestamp.value_or(core::Time()));
  for (const auto& percent :
       {figures.cpu_percent, figures.memory_percent, figures.swap_percent, figures.disk_percent}) {
    if (!is_percent(percent)) std::abort();
  }
}

// An independent reader must take what was taken, unless a number of it fits no 64 bits.
void check_json(std::string_view text) {
  simdjson::dom::parser parser;
  const auto error = parser.parse(simdjson::padded_string(text)).error();
  if (error && error != simdjson::NUMBER_ERROR) std::abort();
}

void check_encoding(const core::Report& report) {
  const auto again = protocol::parse_report(protocol::encode_report(report));
  if (!again || !(*again == report)) std::abort();
}

}  // namespace

// Whatever is read is JSON, is the same after writing, and has figures in their range.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto report = protocol::parse_report(text);
  if (!report) return 0;
  check_json(text);
  check_encoding(*report);
  check_figures(*report);
  return 0;
}
