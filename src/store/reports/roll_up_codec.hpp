#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reports/roll_up.hpp"
#include "store/reports/roll_ups.hpp"

// Roll-ups of one chunk (a day of hours, or 32 days) as one value of a few hundred bytes: each number as the difference
// to the one before it, in as few bytes as it needs.
namespace holdfast::store {

// Where chunks and the points in them begin.
struct ChunkShape {
  core::milliseconds point;  // from one roll-up to the next
  std::int64_t points;       // in a chunk

  core::milliseconds length() const { return point * points; }
  std::int64_t chunk_of(core::Time time) const;
  core::Time start_of(std::int64_t chunk) const { return core::Time(length() * chunk); }
};
ChunkShape shape_of(core::RollUpSpan span);

// `roll_ups` are of one chunk, in order.
std::string encode_roll_ups(const ChunkShape& shape, const std::vector<core::RollUp>& roll_ups);
// Throws DatabaseError for anything that encode_roll_ups did not make and that cannot be read like it.
std::vector<core::RollUp> decode_roll_ups(const ChunkShape& shape, std::int64_t chunk, std::string_view bytes,
                                          core::RollUpParts parts = core::RollUpParts::All);

}  // namespace holdfast::store
