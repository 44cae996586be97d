#include "runtime/files/exposure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "runtime/files/files.hpp"
#include "temporary_directory.hpp"

namespace holdfast::runtime {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ExposureTest : public testing::Test {
 protected:
  ExposureTest() { write_file_atomically(file_, "secret"); }

  // What is said of it, or nothing.
  template <class Refuse>
  std::string fault(Refuse refuse, const std::filesystem::path& path) {
    try {
      refuse(path);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
  std::string folder_fault(mode_t mode) {
    ::chmod(folder_.c_str(), mode);
    return fault(refuse_exposed_folder, folder_);
  }
  std::string file_fault(mode_t mode) {
    ::chmod(file_.c_str(), mode);
    return fault(refuse_exposed_secret, file_);
  }

  tests::TemporaryDirectory directory_;
  std::filesystem::path folder_ = directory_.path();
  std::filesystem::path file_ = directory_ / "file";
};

TEST_F(ExposureTest, TakesFoldersThatOnlyWeWriteTo) {
  for (const mode_t mode : {0700, 0750, 0755, 0770, 02775}) EXPECT_EQ(folder_fault(mode), "") << mode;
}

TEST_F(ExposureTest, RefusesFoldersThatOthersWriteTo) {
  for (const mode_t mode : {0777, 01777, 0702, 0757}) {
    EXPECT_THAT(folder_fault(mode), AllOf(HasSubstr(folder_.string()), HasSubstr("chmod go-w"))) << mode;
  }
}

TEST_F(ExposureTest, RefusesSecretsThatOthersReadOrWrite) {
  for (const mode_t mode : {0600, 0400, 0640, 0660}) EXPECT_EQ(file_fault(mode), "") << mode;
  for (const mode_t mode : {0644, 0666, 0604, 0602}) {
    EXPECT_THAT(file_fault(mode), AllOf(HasSubstr(file_.string()), HasSubstr("chmod 600"))) << mode;
  }
}

TEST_F(ExposureTest, RefusesWhatBelongsToOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(::chown(folder_.c_str(), 65534, 0), 0);
  EXPECT_THAT(folder_fault(0700), AllOf(HasSubstr("65534"), HasSubstr("chown")));
  ASSERT_EQ(::chown(file_.c_str(), 65534, 0), 0);
  EXPECT_THAT(file_fault(0600), HasSubstr("chown"));
}

TEST_F(ExposureTest, RefusesWhatAForeignGroupWritesTo) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(::chown(folder_.c_str(), 0, 65534), 0);
  EXPECT_EQ(folder_fault(0750), "");
  EXPECT_NE(folder_fault(0770), "");
}

TEST_F(ExposureTest, WhatIsNotThereIsNotRefused) {
  EXPECT_EQ(fault(refuse_exposed_folder, folder_ / "none"), "");
  EXPECT_EQ(fault(refuse_exposed_secret, folder_ / "none"), "");
}

TEST_F(ExposureTest, APrivateFolderIsNeverMadeOfAnExposedOne) {
  ::chmod(folder_.c_str(), 0777);
  EXPECT_THROW(make_private_directory(folder_), std::runtime_error);
}

}  // namespace
}  // namespace holdfast::runtime
