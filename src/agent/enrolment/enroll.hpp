#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "enrolment/hub_api.hpp"
#include "enrolment/identity.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::agent {

// What both ways of enrolling need.
struct EnrolRequest {
  std::string hub_url;
  std::string name;               // empty: the host's name
  std::filesystem::path ca_file;  // empty: the system's
  std::filesystem::path state_directory;
  bool again = false;  // announce a machine that is enrolled already
};

// A sentence for the person at the terminal.
using Say = std::function<void(std::string_view)>;

// Trades a one-use token for a bearer, and keeps it. The exit code: 0, or 1 after saying why not.
runtime::Task<int> enroll(runtime::Loop& loop, EnrolRequest request, std::string token, Say say);

// Keeps what the hub gave: used by both ways.
Identity keep_identity(const EnrolRequest& request, const boost::json::object& answer);

// What the hub wants to know about this machine, and what it is to be called.
boost::json::object describe_host(const EnrolRequest& request);

HubApi make_api(runtime::Loop& loop, const EnrolRequest& request);

}  // namespace holdfast::agent
