#pragma once

#include <optional>
#include <string>

#include "core/database_error.hpp"
#include "runtime/log/log.hpp"
#include "runtime/log/log_once.hpp"
#include "store/reports/reports.hpp"
#include "text/time.hpp"

namespace holdfast::fleet {

// The document as it was sent. Nothing where the database damaged it, or what it was packed with: one report less, not
// the end of all that is made of the others. It is said in the log once.
inline std::optional<std::string> text_of_report(const store::Packer& packer, const store::StoredReport& stored,
                                                 store::UnpackedBase& last) {
  try {
    return packer.unpack(stored.document, last);
  } catch (const core::DatabaseError& error) {
    const std::string at = text::format_time(stored.at);
    if (runtime::log::is_first("report " + stored.host.text() + " " + at))
      runtime::log::error("reports.damaged", "A stored report cannot be read and is left out",
                          {{"host", stored.host.text()}, {"at", at}, {"error", error.what()}});
    return std::nullopt;
  }
}

inline std::optional<std::string> text_of_report(const store::Packer& packer, const store::StoredReport& stored) {
  store::UnpackedBase none;
  return text_of_report(packer, stored, none);
}

}  // namespace holdfast::fleet
