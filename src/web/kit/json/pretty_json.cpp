#include "kit/json/pretty_json.hpp"

#include <algorithm>

namespace holdfast::web {
namespace {

constexpr std::size_t kDeepestShown = 40;

class Printer {
 public:
  explicit Printer(std::string_view document) : document_(document), rest_(document) {}

  std::string print() {
    while (!rest_.empty() && out_.size() <= kMostPrettyBytes) step();
    return out_.size() <= kMostPrettyBytes ? std::move(out_) : std::string(document_);
  }

 private:
  void step() {
    const char c = rest_.front();
    if (c == '"') return string();
    rest_.remove_prefix(1);
    if (c == '{' || c == '[') return open(c);
    if (c == '}' || c == ']') return close(c);
    if (c == ',') return comma();
    if (c == ':') out_ += ": ";
    if (c != ':' && !is_blank(c)) out_ += c;
  }

  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  // Up to the quote that ends it.
  void string() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, rest_.size());
    out_ += rest_.substr(0, end);
    rest_.remove_prefix(end);
  }

  void open(char bracket) {
    out_ += bracket;
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    ++depth_;
    if (!rest_.empty() && rest_.front() != '}' && rest_.front() != ']') line();
  }

  void close(char bracket) {
    if (depth_ > 0) --depth_;
    if (!out_.ends_with('{') && !out_.ends_with('[')) line();
    out_ += bracket;
  }

  void comma() {
    out_ += ',';
    line();
  }

  void line() { out_.append("\n").append(std::min(depth_, kDeepestShown) * 2, ' '); }

  std::string_view document_;
  std::string_view rest_;
  std::string out_;
  std::size_t depth_ = 0;
};

}  // namespace

std::string pretty_json(std::string_view document) {
  return Printer(document).print();
}

}  // namespace holdfast::web
