#pragma once

#include <string_view>

#include "http/message.hpp"

namespace holdfast::http {

// Whether an Accept-Encoding header takes `encoding`: "gzip, zstd;q=0" takes gzip.
bool accepts_encoding(std::string_view accept, std::string_view encoding);

// Compresses the body of an answer to a GET, with zstd or gzip, where the client takes it and it is text worth the
// work. An answer whose Cache-Control has "no-transform" stays as it is: what holds a secret beside something that
// others choose would tell by its size how alike the two are.
void compress(const Request& request, Response& response);

}  // namespace holdfast::http
