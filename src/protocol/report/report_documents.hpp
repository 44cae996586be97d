#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "protocol/report/report.hpp"

// For tests: documents, and what becomes of them.
namespace holdfast::protocol {

// What is wrong with a document; "accepted" when nothing is.
inline std::string fault_of(std::string_view document) {
  const auto report = parse_report(document);
  if (report) return "accepted";
  EXPECT_EQ(report.error().kind, core::ErrorKind::Invalid);
  EXPECT_EQ(report.error().code, "report_invalid");
  return report.error().message;
}

// What is left out of a document that is taken.
inline std::vector<std::string> left_out_of(std::string_view document) {
  const auto reading = read_report(document);
  EXPECT_FALSE(reading.refusal) << document;
  return reading.left_out;
}

// `members`: what the document has beside the customer.
inline std::string document_with(std::string_view members) {
  return R"({"customer_id":"acme",)" + std::string(members) + "}";
}
inline core::Report report_with(std::string_view members) {
  const auto report = parse_report(document_with(members));
  EXPECT_TRUE(report) << report.error().message;
  return report.value_or(core::Report{});
}
inline std::string repeated(std::string_view text, std::size_t count) {
  std::string many;
  for (std::size_t i = 0; i < count; ++i) many += text;
  return many;
}
inline std::string list_of(std::size_t count, std::string_view item) {
  return "[" + repeated(std::string(item) + ",", count - 1) + std::string(item) + "]";
}

}  // namespace holdfast::protocol
