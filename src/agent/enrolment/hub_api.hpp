#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "http/client/client.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::agent {

// A hub that answered, or did not, with something else than what was asked for. `status` is 0 without an answer.
struct HubError {
  int status = 0;
  std::string message;  // a sentence, the hub's own where it said one
};

// Asks the hub over HTTP: JSON there and back.
class HubApi {
 public:
  HubApi(runtime::Loop& loop, std::string hub_url, http::ClientOptions options)
      : loop_(loop), hub_url_(std::move(hub_url)), options_(std::move(options)) {}

  using Answer = std::expected<boost::json::object, HubError>;
  runtime::Task<Answer> get(std::string path);
  runtime::Task<Answer> post(std::string path, boost::json::object body, std::string bearer = {});

  const std::string& hub_url() const { return hub_url_; }

 private:
  runtime::Task<Answer> ask(std::string method, std::string path, http::Headers headers, std::string body);

  runtime::Loop& loop_;
  std::string hub_url_;
  http::ClientOptions options_;
};

// A text member of an answer; empty when there is none.
std::string text_member(const boost::json::object& object, std::string_view name);

// The address of a hub as it is kept: http or https, a host, without a '/' at the end. The error is a sentence.
std::expected<std::string, std::string> check_hub_url(std::string_view url);

// Whether what goes to this hub crosses a network unencrypted.
bool is_open_to_listeners(std::string_view hub_url);

}  // namespace holdfast::agent
