#include "client/response_head.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

#include "text/ascii.hpp"
#include "text/time.hpp"

namespace holdfast::http {
namespace {

struct Reason {
  int status;
  std::string_view text;
};
constexpr std::array kReasons{
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{411, "Length Required"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{415, "Unsupported Media Type"},
    Reason{417, "Expectation Failed"},
    Reason{422, "Unprocessable Content"},
    Reason{426, "Upgrade Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{502, "Bad Gateway"},
    Reason{503, "Service Unavailable"},
    Reason{507, "Insufficient Storage"},
};

std::string_view reason_of(int status) {
  const auto* const found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? "Status" : found->text;
}

// The server alone decides on these.
bool is_ours(std::string_view name) {
  constexpr std::array kOurs{"Content-Length", "Transfer-Encoding", "Connection", "Date"};
  return std::ranges::any_of(kOurs, [name](std::string_view ours) { return text::equal_ignoring_case(name, ours); });
}

bool has_no_body(int status) {
  return status == 204 || status == 304 || status / 100 == 1;
}

void add_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

void add_framing(std::string& head, const Response& response, Framing framing) {
  if (framing == Framing::Chunked) add_field(head, "Transfer-Encoding", "chunked");
  if (framing == Framing::Length && !has_no_body(response.status)) {
    add_field(head, "Content-Length", std::to_string(body_of(response).size()));
  }
}

}  // namespace

void check_headers(const Response& response) {
  const auto ends = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  for (const auto& [name, value] : response.headers) {
    if (std::ranges::none_of(name, ends) && std::ranges::none_of(value, ends)) continue;
    throw std::invalid_argument("response header " + name + " has a line break");
  }
}

std::string response_head(const Response& response, const HeadOptions& options) {
  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_of(response.status)).append("\r\n");
  add_field(head, "Date", options.date);
  for (const auto& [name, value] : response.headers) {
    if (!is_ours(name)) add_field(head, name, value);
  }
  add_framing(head, response, options.framing);
  if (!options.keep_alive) {
    add_field(head, "Connection", "close");
  } else if (options.http10) {
    add_field(head, "Connection", "keep-alive");
  }
  return head.append("\r\n");
}

std::string_view body_of(const Response& response) {
  if (has_no_body(response.status)) return {};
  return response.static_body.empty() ? std::string_view(response.body) : response.static_body;
}

std::string_view DateHeader::now() {
  const std::time_t second = std::time(nullptr);
  if (second == second_) return text_;
  text_ = text::format_http_date(text::Time(std::chrono::seconds(second)));
  second_ = second;
  return text_;
}

}  // namespace holdfast::http
