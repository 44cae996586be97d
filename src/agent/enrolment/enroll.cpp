#include "enrolment/enroll.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "reports/host_facts.hpp"

namespace holdfast::agent {
namespace {

// What to do about a hub that did not take the token, after its own words.
std::string_view enrolment_advice(int status) {
  switch (status) {
    case 0:
      return " Check the address, and that the hub can be reached from here.";
    case 401:
      return " Check that the token was copied completely.";
    default:  // the hub says it itself
      return "";
  }
}

}  // namespace

HubApi make_api(runtime::Loop& loop, const EnrolRequest& request) {
  http::ClientOptions options;
  if (!request.ca_file.empty()) options.ca_file = request.ca_file;
  return HubApi(loop, request.hub_url, std::move(options));
}

boost::json::object describe_host(const EnrolRequest& request) {
  const HostFacts facts = read_host_facts();
  return {{"name", request.name.empty() ? facts.hostname : request.name},
          {"hostname", facts.hostname},
          {"os", facts.os},
          {"arch", facts.arch},
          {"agent_version", agent_version()}};
}

Identity keep_identity(const EnrolRequest& request, const boost::json::object& answer) {
  Identity identity{request.hub_url, text_member(answer, "host_id"), text_member(answer, "bearer"),
                    request.ca_file.string()};
  if (identity.bearer.empty())
    throw std::runtime_error("The hub's answer holds no agent token; is this address a Holdfast hub?");
  store_identity(request.state_directory, identity);
  return identity;
}

runtime::Task<int> enroll(runtime::Loop& loop, EnrolRequest request, std::string token, Say say) {
  HubApi api = make_api(loop, request);
  boost::json::object body = describe_host(request);
  body["token"] = token;
  const auto answer = co_await api.post("/api/v1/agent/enroll", std::move(body));
  if (!answer) {
    const std::string sentence =
        fmt::format("Not enrolled. {}{}", answer.error().message, enrolment_advice(answer.error().status));
    say(sentence);
    co_return 1;
  }
  const Identity identity = keep_identity(request, *answer);
  const std::string sentence =
      fmt::format("Enrolled as {} at {}.", text_member(*answer, "host_name"), identity.hub_url);
  say(sentence);
  co_return 0;
}

}  // namespace holdfast::agent
