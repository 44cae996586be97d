#pragma once

#include <string>
#include <string_view>

#include "core/jobs/backup.hpp"
#include "core/jobs/job.hpp"

// What is stored as JSON text because nobody searches in it. Reading passes over members it does not know and takes the
// default for those that are missing, so that neither an older nor a newer row is in the way. Throws DatabaseError for
// what is no JSON.
namespace holdfast::store {

std::string to_json(const core::SourceSet& sources);
std::string to_json(const core::JobProgress& progress);
std::string to_json(const core::JobResult& result);
std::string to_json(const core::BackupOrder& order);  // without the source group, which has a column

core::SourceSet sources_from_json(std::string_view text);
core::JobProgress progress_from_json(std::string_view text);
core::JobResult result_from_json(std::string_view text);
core::BackupOrder backup_order_from_json(std::string_view text);

}  // namespace holdfast::store
