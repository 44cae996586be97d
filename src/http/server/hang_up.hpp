#pragma once

#include "server/request_reader.hpp"

namespace holdfast::http {

// Returns when the client has gone. One that sends its next request is there, and waits for its turn.
Task<> hung_up(RequestReader& reader);

}  // namespace holdfast::http
