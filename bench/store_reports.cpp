// How quickly reports become durable, how many bytes they take, and how quickly the fleet is listed. Ratios to a bare
// loop of the same run, since absolute figures depend on the machine: `store_bench [ingest|prune|bytes|list]`. For the
// bench of a whole hub: `store_bench fill FOLDER HOSTS [all]` and `store_bench bare FILE HOSTS IN_FLIGHT
// packed|sent|all`.
#include <cstdlib>
#include <string_view>

#include "runtime/log/log.hpp"
#include "store_bench.hpp"

int main(int argc, char** argv) {
  using namespace holdfast;
  runtime::start_crypto();
  runtime::log::configure(runtime::log::Level::Warning, runtime::log::Format::Text);
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (argc == 6 && what == "bare") bench::bare(argv[2], std::atoi(argv[3]), std::atoi(argv[4]), argv[5]);
  if (argc >= 4 && what == "fill")
    bench::fill(argv[2], std::atoi(argv[3]), argc > 4 ? bench::Days::All : bench::Days::Two);
  if (what.empty() || what == "ingest") {
    bench::ingest(300);
    bench::ingest(10'000);
  }
  if (what.empty() || what == "prune") {
    for (const std::size_t step : {100, 500, 2000}) bench::prune(step);
    bench::remove_host();
  }
  if (what.empty() || what == "bytes") {
    fmt::print("\nBytes on the disk, everything counted\n");
    bench::bytes(1, 365, 90);
    bench::bytes(60, 90, 90);
  }
  if (what.empty() || what == "list") {
    bench::list(10'000);
    bench::list(100'000);
  }
}
