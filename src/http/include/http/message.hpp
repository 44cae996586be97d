#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::http {

// Header fields in their order; names compare without regard to case.
class Headers {
 public:
  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);
  // The first value, or an empty view.
  std::string_view get(std::string_view name) const;
  bool contains(std::string_view name) const;
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  static constexpr std::size_t kUsual = 12;  // of requests and answers

  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;                                          // "GET"
  std::string target;                                          // as sent: "/hosts?status=down"
  std::string path;                                            // decoded: "/hosts"; as sent when that is impossible
  std::map<std::string, std::string, std::less<>> query;       // decoded; of a repeated name, the last
  std::map<std::string, std::string, std::less<>> parameters;  // what the route's {names} matched, decoded
  Headers headers;
  std::string body;     // already unpacked when Content-Encoding was gzip or zstd
  std::string peer;     // address of the client: the socket's, or the one a trusted proxy forwarded
  bool secure = false;  // came over TLS, here or at a trusted proxy

  std::string pattern;  // of a route whose paths hold a secret; else empty
  std::string id;       // "5f0c31a7": of this request alone, on pages and in logs
  // The path as far as the log may have it.
  std::string_view logged_path() const { return pattern.empty() ? path : pattern; }

  std::string_view parameter(std::string_view name) const;  // empty when there is none
  std::string_view query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // When set, sent instead of `body` without being copied: assets.
  std::string_view static_body;
};

Response text_response(int status, std::string text);
Response json_response(int status, std::string json);
Response html_response(int status, std::string html);
Response redirect(std::string location);  // 303
Response empty_response(int status = 204);

// "a=1&b=%C3%A9" as browsers send forms. Nothing when it is malformed or has more than 1000 fields.
class Form {
 public:
  static std::optional<Form> parse(std::string_view body);
  std::string_view get(std::string_view name) const;  // the first, or empty
  std::vector<std::string_view> all(std::string_view name) const;
  bool contains(std::string_view name) const;

 private:
  static constexpr std::size_t kUsual = 12;  // of requests and answers

  std::vector<std::pair<std::string, std::string>> fields_;
};

// The value of one cookie of a Cookie header, or nothing.
std::optional<std::string> cookie(const Request& request, std::string_view name);

}  // namespace holdfast::http
