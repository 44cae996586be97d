#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

#include "probes/host_paths.hpp"
#include "test_support.hpp"

namespace holdfast::agent::test {

// A host that shows what a test puts there.
class SampleHost {
 public:
  HostPaths paths() const {
    return {folder_ / "proc", folder_ / "sys", folder_ / "dev", folder_ / "run", folder_ / "etc"};
  }
  std::filesystem::path operator/(std::string_view name) const { return folder_ / name; }

  void put(std::string_view name, std::string_view content) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << content;
  }
  // `target` as it is seen from the link.
  void link(std::string_view name, std::string_view target) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::filesystem::create_symlink(target, folder_ / name);
  }

  // A disk with partitions, as /sys and /dev show them.
  void add_disk(const std::string& disk, const std::string& number) {
    add_block_device("devices/pci0/" + disk, disk, number);
  }
  void add_partition(const std::string& disk, const std::string& partition, const std::string& number) {
    add_block_device("devices/pci0/" + disk + "/" + partition, partition, number);
    put("sys/devices/pci0/" + disk + "/" + partition + "/partition", "1\n");
  }
  // A device that is made of others: LVM, encryption, RAID.
  void add_mapped(const std::string& device, const std::string& number, const std::vector<std::string>& below) {
    add_block_device("devices/virtual/" + device, device, number);
    for (const std::string& name : below)
      link("sys/devices/virtual/" + device + "/slaves/" + name, "../../../../class/block/" + name);
  }

 private:
  void add_block_device(const std::string& place, const std::string& name, const std::string& number) {
    put("sys/" + place + "/dev", number + "\n");
    link("sys/class/block/" + name, "../../" + place);
    link("sys/dev/block/" + number, "../../" + place);
    put("dev/" + name, "");
  }

  TemporaryDirectory folder_;
};

}  // namespace holdfast::agent::test
