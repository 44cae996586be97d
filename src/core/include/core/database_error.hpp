#pragma once

#include <stdexcept>

// What may go wrong with what is stored.
namespace holdfast::core {

// The disk is full, the file is damaged, …: not the input's fault. What was being written did not happen.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// There is no room on the disk; it passes when there is.
class DatabaseFull : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

// A question that was given up: it took too long, or nobody waits for the answer any more.
class DatabaseInterrupted : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

}  // namespace holdfast::core
