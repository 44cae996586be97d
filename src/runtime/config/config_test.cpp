#include "runtime/config/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>

#include "runtime/files/files.hpp"
#include "temporary_directory.hpp"

namespace holdfast::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

using Outcome = std::expected<void, std::string>;

class ConfigTest : public testing::Test {
 protected:
  // What went wrong, or nothing.
  std::string read(const std::string& yaml, const Environment& environment = {}) {
    write_file_atomically(path_, yaml, Durability::Survives_crash);
    const auto outcome = read_config(path_, environment, "HOLDFAST_", keys());
    return outcome ? "" : without_folder(outcome.error());
  }

  ConfigPlaces places_of(const std::string& yaml, const Environment& environment = {}) {
    write_file_atomically(path_, yaml, Durability::Survives_crash);
    auto places = read_config(path_, environment, "HOLDFAST_", keys()).value();
    for (auto& [key, place] : places) place = without_folder(place);
    return places;
  }

  std::string read_environment(const Environment& environment) {
    const auto outcome = read_config(std::nullopt, environment, "HOLDFAST_", keys());
    return outcome ? "" : without_folder(outcome.error());
  }

  std::filesystem::path write_secret(const std::string& content) {
    write_file_atomically(directory_ / "secret", content, Durability::Survives_crash);
    return directory_ / "secret";
  }

  std::string listen_;
  std::string key_;
  std::string key_file_;
  int days_ = 0;
  std::vector<std::string> proxies_;

 private:
  std::vector<ConfigKey> keys() {
    const auto text_into = [](std::string& target) {
      return [&target](const std::string& value) -> Outcome {
        target = value;
        return {};
      };
    };
    const auto set_days = [this](const std::string& value) -> Outcome {
      if (std::from_chars(value.data(), value.data() + value.size(), days_).ec == std::errc()) return {};
      return std::unexpected("must be a number of days");
    };
    const auto add_proxy = [this](const std::string& value) -> Outcome {
      if (value == "bad") return std::unexpected("must be an address");
      proxies_.push_back(value);
      return {};
    };
    return {{"server.listen", text_into(listen_)},
            {"server.tls.key", text_into(key_)},
            {"server.tls.key_file", text_into(key_file_)},
            {"server.trusted_proxies", add_proxy, true},
            {"retention.max_days", set_days}};
  }

  std::string without_folder(std::string text) const {
    const std::string folder = directory_.path().string() + "/";
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) text.erase(at, folder.size());
    return text;
  }

  tests::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "hub.yaml";
};

TEST_F(ConfigTest, ReadsSectionsKeysAndLists) {
  EXPECT_EQ(read("server:\n"
                 "  listen: ':8080'\n"
                 "  tls: {key: secret}\n"
                 "  trusted_proxies:\n"
                 "    - 10.0.0.0/8\n"
                 "    - ::1\n"
                 "retention:\n"
                 "  max_days: 90  # a comment\n"),
            "");
  EXPECT_EQ(listen_, ":8080");
  EXPECT_EQ(key_, "secret");
  EXPECT_EQ(days_, 90);
  EXPECT_THAT(proxies_, ElementsAre("10.0.0.0/8", "::1"));
}

TEST_F(ConfigTest, TellsWhereEachValueIsFrom) {
  const std::string yaml = "server:\n  listen: a\n  trusted_proxies:\n    - b\n    - c\nretention:\n  max_days: 9\n";
  const auto places = places_of(yaml, {{"HOLDFAST_RETENTION_MAX_DAYS", "8"}});
  EXPECT_EQ(places, (ConfigPlaces{{"retention.max_days", "HOLDFAST_RETENTION_MAX_DAYS"},
                                  {"server.listen", "hub.yaml:2: server.listen"},
                                  {"server.trusted_proxies", "hub.yaml:4: server.trusted_proxies"}}));
}

TEST_F(ConfigTest, AnEmptyFileIsFine) {
  for (const char* yaml : {"", "\n", "# only a comment\n", "---\n", "server:\n"}) EXPECT_EQ(read(yaml), "") << yaml;
}

TEST_F(ConfigTest, AKeyWithoutAValueIsAsGoodAsNone) {
  listen_ = "default";
  EXPECT_EQ(read("server:\n  listen:\n  trusted_proxies:\nretention:\n  max_days: ''\n"), "");
  EXPECT_EQ(read("server:\n  listen: \"\"\n  trusted_proxies: []\n"), "");
  EXPECT_EQ(listen_, "default");
  EXPECT_THAT(proxies_, IsEmpty());
}

TEST_F(ConfigTest, AListMayBeOneTextWithCommas) {
  EXPECT_EQ(read("server:\n  trusted_proxies: ::1, 10.0.0.1\n"), "");
  EXPECT_THAT(proxies_, ElementsAre("::1", "10.0.0.1"));
}

TEST_F(ConfigTest, AKeyOutsideItsSectionIsFoundInIt) {
  EXPECT_EQ(read("listen: x\n"), "hub.yaml:1: listen: unknown key; did you mean server.listen?");
}

TEST_F(ConfigTest, WhatMeansSomethingElseInYamlIsToGoIntoQuotes) {
  for (const char* value : {"*/15 * * * *", "* 3 * * *", "@daily", "`x`", "%d", "a: b", "&a b: c", "\"x\" y"}) {
    EXPECT_THAT(read("retention:\n  # a comment\n\n  max_days: " + std::string(value) + "\n"),
                StartsWith("hub.yaml:4: retention.max_days: put the value in quotes, as in max_days: \"…\" ("))
        << value;
  }
  EXPECT_THAT(read("server:\n  tls:\n    key: *secret\n  listen: x\n"), StartsWith("hub.yaml:3: server.tls.key: put"));
}

TEST_F(ConfigTest, ATabIsCalledATab) {
  EXPECT_EQ(read("server:\n\tlisten: a\n"), "hub.yaml:2: begins with a tab; indent with spaces");
}

TEST_F(ConfigTest, AnUnknownKeyIsNamedWithItsLineAndTheNearestOne) {
  EXPECT_EQ(read("server:\n  lisen: x\n"), "hub.yaml:2: server.lisen: unknown key; did you mean server.listen?");
  EXPECT_EQ(read("\nservr:\n  listen: x\n"), "hub.yaml:2: servr: unknown key; did you mean server?");
  EXPECT_EQ(read("colour: red\n"), "hub.yaml:1: colour: unknown key");
}

TEST_F(ConfigTest, AWrongValueIsNamedWithItsLineButNotShown) {
  EXPECT_EQ(read("retention:\n\n  max_days: hunter2\n"), "hub.yaml:3: retention.max_days: must be a number of days");
  EXPECT_EQ(read("server:\n  trusted_proxies:\n    - ::1\n    - bad\n"),
            "hub.yaml:4: server.trusted_proxies: must be an address");
}

TEST_F(ConfigTest, AKeyOrSectionGivenTwiceIsAnError) {
  EXPECT_EQ(read("server:\n  listen: a\n  listen: b\n"), "hub.yaml:3: server.listen: given twice");
  EXPECT_EQ(read("server:\n  listen: a\nserver:\n  tls: {}\n"), "hub.yaml:3: server: given twice");
  EXPECT_EQ(read("server.listen: a\nserver:\n  listen: b\n"), "hub.yaml:3: server.listen: given twice");
}

TEST_F(ConfigTest, AValueOfTheWrongShapeIsAnError) {
  EXPECT_EQ(read("server: x\n"), "hub.yaml:1: server: is a section and takes no value of its own");
  EXPECT_EQ(read("server:\n  listen: [a]\n"), "hub.yaml:2: server.listen: must be one value");
  EXPECT_EQ(read("server:\n  listen: {a: b}\n"), "hub.yaml:2: server.listen: must be one value");
  EXPECT_EQ(read("server:\n  trusted_proxies: {a: b}\n"), "hub.yaml:2: server.trusted_proxies: must be a list");
  EXPECT_EQ(read("server:\n  trusted_proxies: [[a]]\n"),
            "hub.yaml:2: server.trusted_proxies: must be a list of plain values");
  EXPECT_EQ(read("- a\n"), "hub.yaml:1: the file must consist of sections and keys");
  EXPECT_EQ(read("[a]: b\n"), "hub.yaml:1: a key must be a word");
}

TEST_F(ConfigTest, NothingAfterTheDocumentIsPassedOver) {
  EXPECT_EQ(read("server: {}\n---\nserver: {}\n"), "hub.yaml:2: the file must be one document");
  EXPECT_EQ(read("---\n---\nserver: {}\n"), "hub.yaml:2: the file must be one document");
  EXPECT_NE(read("{server: {}}\n}\n"), "");
  EXPECT_EQ(read("server: {}\n...\n"), "");
}

TEST_F(ConfigTest, BrokenYamlIsAnErrorWithItsLine) {
  EXPECT_THAT(read("server:\n  listen: [a\n"), StartsWith("hub.yaml:"));
  EXPECT_THAT(read("server:\n\tlisten: a\n"), StartsWith("hub.yaml:2: "));
  EXPECT_THAT(read(std::string(20'000, '[')), StartsWith("hub.yaml:1: "));
  EXPECT_THAT(read("server: &a\n  tls: *a\n"), StartsWith("hub.yaml:2: server.tls.tls: unknown key"));
}

TEST_F(ConfigTest, AMissingFileIsAnErrorThatNamesIt) {
  const auto outcome = read_config("/nonexistent/hub.yaml", {}, "HOLDFAST_", {});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), "cannot read /nonexistent/hub.yaml: there is no such file");
  EXPECT_FALSE(read_config("/", {}, "HOLDFAST_", {}));
}

TEST_F(ConfigTest, TheEnvironmentGoesOverTheFile) {
  EXPECT_EQ(
      read("server:\n  listen: file\n  trusted_proxies: [a, b]\nretention: {max_days: 1}\n",
           {{"HOLDFAST_SERVER_LISTEN", "environment"}, {"HOLDFAST_SERVER_TRUSTED_PROXIES", "c, d,"}, {"HOME", "/"}}),
      "");
  EXPECT_EQ(listen_, "environment");
  EXPECT_EQ(days_, 1);
  EXPECT_THAT(proxies_, ElementsAre("c", "d"));
}

TEST_F(ConfigTest, AVariableMayNameAFileThatHoldsTheValue) {
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_LISTEN_FILE", write_secret("from file\n").string()}}), "");
  EXPECT_EQ(listen_, "from file");
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_LISTEN_FILE", "/nonexistent/x"}}),
            "HOLDFAST_SERVER_LISTEN_FILE: cannot read /nonexistent/x: there is no such file");
}

TEST_F(ConfigTest, AKeyWhoseOwnNameEndsWithFileComesFirst) {
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_TLS_KEY_FILE", "/etc/key.pem"}}), "");
  EXPECT_EQ(key_file_, "/etc/key.pem");
  EXPECT_EQ(key_, "");
}

TEST_F(ConfigTest, AVariableAndItsFileTogetherAreAnError) {
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_LISTEN", "x"}, {"HOLDFAST_SERVER_LISTEN_FILE", "/x"}}),
            "HOLDFAST_SERVER_LISTEN_FILE: set together with HOLDFAST_SERVER_LISTEN");
}

TEST_F(ConfigTest, AnEmptyVariableIsAsGoodAsNone) {
  EXPECT_EQ(read("server:\n  listen: file\n  trusted_proxies: [a]\n", {{"HOLDFAST_SERVER_LISTEN", ""},
                                                                       {"HOLDFAST_SERVER_LISTEN_FILE", ""},
                                                                       {"HOLDFAST_SERVER_TRUSTED_PROXIES", ""},
                                                                       {"HOLDFAST_RETENTION_MAX_DAYS", ""},
                                                                       {"HOLDFAST_COLOUR", ""}}),
            "");
  EXPECT_EQ(listen_, "file");
  EXPECT_THAT(proxies_, ElementsAre("a"));
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_LISTEN", ""}, {"HOLDFAST_SERVER_LISTEN_FILE", write_secret("x")}}), "");
  EXPECT_EQ(listen_, "x");
}

TEST_F(ConfigTest, ADashSetsAListToNothing) {
  EXPECT_EQ(read("server:\n  trusted_proxies: [a]\n", {{"HOLDFAST_SERVER_TRUSTED_PROXIES", "-"}}), "");
  EXPECT_THAT(proxies_, IsEmpty());
}

TEST_F(ConfigTest, AFileThatHoldsNothingIsAnError) {
  const auto path = write_secret("\n").string();
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_LISTEN_FILE", path}}), "HOLDFAST_SERVER_LISTEN_FILE: secret is empty");
}

TEST_F(ConfigTest, WhatAClusterSetsForAServiceIsPassedOver) {
  EXPECT_EQ(read_environment({{"HOLDFAST_PORT", "tcp://10.0.0.1:8080"},
                              {"HOLDFAST_SERVICE_HOST", "10.0.0.1"},
                              {"HOLDFAST_SERVICE_PORT", "8080"},
                              {"HOLDFAST_SERVICE_PORT_HTTP", "8080"},
                              {"HOLDFAST_PORT_8080_TCP", "tcp://10.0.0.1:8080"},
                              {"HOLDFAST_PORT_8080_TCP_ADDR", "10.0.0.1"},
                              {"HOLDFAST_PORT_8080_TCP_PROTO", "tcp"},
                              {"HOLDFAST_HUB_SERVICE_HOST", "10.0.0.1"},
                              {"HOLDFAST_HUB_PORT", "udp://[fd00::1]:8080"},
                              {"HOLDFAST_HUB_PORT_53_UDP_PORT", "53"}}),
            "");
  EXPECT_EQ(read_environment({{"HOLDFAST_PORT", "8080"}}), "HOLDFAST_PORT: unknown variable");
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_HOST", "x"}}), "HOLDFAST_SERVER_HOST: unknown variable");
}

TEST_F(ConfigTest, AnUnknownVariableWithThePrefixIsAnError) {
  EXPECT_EQ(read_environment({{"HOLDFAST_SERVER_LISTN", "x"}}),
            "HOLDFAST_SERVER_LISTN: unknown variable; did you mean HOLDFAST_SERVER_LISTEN?");
  EXPECT_EQ(read_environment({{"HOLDFAST_LISTEN", "x"}}),
            "HOLDFAST_LISTEN: unknown variable; did you mean HOLDFAST_SERVER_LISTEN?");
  EXPECT_EQ(read_environment({{"HOLDFAST_COLOUR", "x"}}), "HOLDFAST_COLOUR: unknown variable");
}

TEST_F(ConfigTest, AWrongVariableIsNamedButNotShown) {
  EXPECT_EQ(read_environment({{"HOLDFAST_RETENTION_MAX_DAYS", "hunter2"}}),
            "HOLDFAST_RETENTION_MAX_DAYS: must be a number of days");
}

TEST(Environment, HasWhatTheProcessWasGiven) {
  const auto environment = current_environment();
  ASSERT_TRUE(environment.contains("PATH"));
  EXPECT_EQ(environment.at("PATH"), ::getenv("PATH"));
}

TEST(Bool, ReadsTheWordsOfYaml) {
  for (const char* text : {"true", "yes", "on", "True", "ON"}) EXPECT_EQ(parse_bool(text), true) << text;
  for (const char* text : {"false", "no", "off", "False", "NO"}) EXPECT_EQ(parse_bool(text), false) << text;
  for (const char* text : {"", "1", "0", "y", "truee", " true"}) EXPECT_EQ(parse_bool(text), std::nullopt) << text;
}

}  // namespace
}  // namespace holdfast::runtime
