#pragma once

#include <boost/json/object.hpp>

#include "core/enrolment/enrolment.hpp"
#include "core/hosts/source_group.hpp"
#include "core/jobs/job_record.hpp"
#include "fleet/enrolment/enrolment.hpp"
#include "fleet/hosts/hosts.hpp"
#include "fleet/jobs/jobs.hpp"
#include "fleet/repositories/repositories.hpp"
#include "fleet/repositories/repository_checks.hpp"

// The JSON shapes of the API, as the .yaml files of each area describe them.
namespace holdfast::web {

boost::json::object to_json(const core::Job& job);
boost::json::object to_json(const core::LogLine& line);
boost::json::object to_json(const core::SourceGroup& group);
boost::json::object to_json(const fleet::RepositoryOverview& overview);
boost::json::object to_json(const fleet::RepositoryCheck& check);
boost::json::object to_json(const fleet::PendingHost& pending);
boost::json::object to_json(const core::EnrolmentToken& token);

}  // namespace holdfast::web
