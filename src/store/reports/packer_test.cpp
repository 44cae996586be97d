#include <gmock/gmock.h>

#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include <thread>

#include "database_fixture.hpp"
#include "report_sample.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::store {
namespace {

using testing::HasSubstr;
using tests::sample_report;

constexpr core::seconds kEvery = std::chrono::minutes(15);

core::Time moment(int number) {
  return at(1'790'000'000) + kEvery * number;
}

std::string document_of(const std::string& host, int number) {
  return sample_report("acme", host, moment(number), 1);
}

// Of 40 hosts by turns.
TrainingSamples samples(int count = 400) {
  TrainingSamples samples;
  for (int i = 0; i < count; ++i) samples.add(document_of("web" + std::to_string(i % 40), i));
  return samples;
}

const std::string& dictionary_bytes() {
  static const std::string bytes = Packer::train(samples()).value();
  return bytes;
}

ReportBase base_of(const core::HostId& host, std::string_view document) {
  Packer packer;
  return *packer.next_base(host, document, at(0));
}

// What reading it failed with.
std::string fault_of(const Packer& packer, const PackedDocument& packed) {
  try {
    packer.unpack(packed);
  } catch (const core::DatabaseError& error) {
    return error.what();
  }
  return "";
}

const core::HostId kHost("01JAAAAAAAAAAAAAAAAAAAAAAA");
const core::HostId kOther("01JBBBBBBBBBBBBBBBBBBBBBBB");

RC_GTEST_PROP(PackedDocuments, ComeBackAsTheyWere, (const std::string& document, const std::string& base)) {
  Packer packer;
  RC_ASSERT(packer.unpack(packer.pack(document)) == document);
  packer.set_base(base_of(kHost, base));
  RC_ASSERT(packer.unpack(packer.pack(document, kHost)) == document);
  packer.add({1, dictionary_bytes()});
  RC_ASSERT(packer.unpack(packer.pack(document)) == document);
  RC_ASSERT(packer.unpack(packer.pack(document, kHost)) == document);
}

TEST(PackedDocuments, AreMuchSmallerWithADictionaryAndSmallestWithABase) {
  Packer packer;
  const std::string document = document_of("web99", 50);
  const std::size_t alone = packer.pack(document).bytes.size();
  packer.add({1, dictionary_bytes()});
  const std::size_t with_dictionary = packer.pack(document).bytes.size();
  packer.set_base(base_of(kHost, document_of("web99", 1)));
  const std::size_t with_base = packer.pack(document, kHost).bytes.size();
  EXPECT_LT(with_dictionary * 10, alone * 7);
  EXPECT_LT(with_base * 10, with_dictionary * 7);
  EXPECT_LT(with_base * 10, document.size());
}

TEST(PackedDocuments, AreReadWithTheDictionaryAndBaseTheyWerePackedWith) {
  Packer packer;
  const std::string document = document_of("web1", 50);
  packer.add({3, dictionary_bytes()});
  const PackedDocument with_dictionary = packer.pack(document);
  packer.set_base(base_of(kHost, document_of("web1", 1)));
  const PackedDocument with_base = packer.pack(document, kHost);
  packer.add({4, Packer::train(samples()).value()});
  packer.set_base(*packer.next_base(kHost, document_of("web1", 200), at(0) + std::chrono::hours(30)));
  EXPECT_EQ(with_dictionary.dictionary, 3);
  EXPECT_EQ(packer.pack(document).dictionary, 4);
  EXPECT_EQ(with_base.base, 1);
  EXPECT_EQ(packer.pack(document, kHost).base, 2);
  EXPECT_EQ(packer.unpack(with_dictionary), document);
  EXPECT_EQ(packer.unpack(with_base), document);
}

TEST(PackedDocuments, AreReadOneAfterTheOtherWithTheBaseOfEach) {
  Packer packer;
  std::vector<std::pair<PackedDocument, std::string>> all{{packer.pack("alone"), "alone"}};
  for (int day = 1; day <= 2; ++day) {
    packer.set_base({kHost, day, at(day), packer.pack(document_of("web1", day * 100))});
    for (int i = 1; i <= 2; ++i) {
      const std::string document = document_of("web1", day * 100 + i);
      all.emplace_back(packer.pack(document, kHost), document);
    }
  }
  all.push_back(all[1]);
  UnpackedBase last;
  for (const auto& [packed, document] : all) EXPECT_EQ(packer.unpack(packed, last), document);
  auto damaged = all[1].first;
  PackedDocument nonsense;
  nonsense.bytes = "nonsense";
  damaged.base_document = std::make_shared<const PackedDocument>(nonsense);
  EXPECT_THROW(packer.unpack(damaged, last), core::DatabaseError);
  EXPECT_EQ(packer.unpack(all[1].first, last), all[1].second);
}

TEST(PackedDocuments, HaveABaseOnlyWhereTheHostHasOne) {
  Packer packer;
  packer.set_base(base_of(kHost, document_of("web1", 1)));
  const PackedDocument theirs = packer.pack(document_of("web1", 2), kHost);
  EXPECT_EQ(theirs.base, 1);
  EXPECT_EQ(theirs.base_host, kHost);
  EXPECT_EQ(packer.pack(document_of("web1", 2), kOther).base, 0);
}

// One bit of the header means nothing.
TEST(PackedDocuments, ThatAreDamagedAreAnErrorAndNeverAnotherDocument) {
  Packer packer;
  packer.set_base(base_of(kHost, document_of("web1", 1)));
  const std::string document = document_of("web1", 2);
  const PackedDocument whole = packer.pack(document, kHost);
  for (std::size_t i = 0; i < whole.bytes.size(); ++i) {
    PackedDocument packed = whole;
    packed.bytes[i] = static_cast<char>(packed.bytes[i] ^ 0x10);
    const std::string fault = fault_of(packer, packed);
    EXPECT_TRUE(fault.contains("damaged") || packer.unpack(packed) == document) << i << fault;
    packed.bytes.resize(i);
    EXPECT_THAT(fault_of(packer, packed), HasSubstr("damaged")) << i;
  }
}

TEST(PackedDocuments, WhoseDictionaryOrBaseIsAnotherOrMissingAreAnError) {
  Packer packer;
  packer.add({1, dictionary_bytes()});
  const PackedDocument with_dictionary = packer.pack(document_of("web1", 2));
  packer.set_base(base_of(kHost, document_of("web1", 1)));
  PackedDocument with_base = packer.pack(document_of("web1", 2), kHost);
  EXPECT_THAT(fault_of(Packer(), with_dictionary), HasSubstr("missing"));
  with_base.base_document = std::make_shared<const PackedDocument>(base_of(kOther, document_of("web2", 1)).document);
  EXPECT_THAT(fault_of(packer, with_base), HasSubstr("damaged"));
  with_base.base_document.reset();
  EXPECT_THAT(fault_of(packer, with_base), HasSubstr("missing"));
}

TEST(PackedDocuments, AreMadeWithoutABaseOrADictionaryThatIsDamaged) {
  Packer packer;
  ReportBase base = base_of(kHost, document_of("web1", 1));
  base.document.bytes.resize(base.document.bytes.size() / 2);
  packer.set_base(base);
  std::string dictionary = dictionary_bytes();
  std::fill(dictionary.begin() + 8, dictionary.begin() + 200, '\xFF');
  packer.add({1, dictionary});
  const PackedDocument packed = packer.pack(document_of("web1", 2), kHost);
  EXPECT_EQ(packed.base, 0);
  EXPECT_EQ(packed.dictionary, 0);
  EXPECT_EQ(packer.unpack(packed), document_of("web1", 2));
}

RC_GTEST_PROP(PackedDocuments, OfAnyBytesAreReadOrRefused, (const std::string& bytes)) {
  Packer packer;
  PackedDocument packed;
  packed.bytes = bytes;
  const std::string fault = fault_of(packer, packed);
  RC_ASSERT(fault.empty() || fault.contains("damaged"));
}

TEST(PackedDocuments, CanBeMadeByManyThreadsWhileBasesChange) {
  Packer packer;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&packer, thread] {
      for (int i = 1; i < 100; ++i) {
        const std::string document = document_of("web1", i * 4 + thread);
        EXPECT_EQ(packer.unpack(packer.pack(document, kHost)), document);
        if (i % 10 == 0) packer.set_base(base_of(kHost, document));
        if (i == 50) packer.add({thread + 1, dictionary_bytes()});
      }
    });
  }
}

TEST(PackedDocuments, AreReadWithMoreBasesInUseThanAreKeptUnpacked) {
  constexpr int kHosts = 700;  // of 16 KiB each: 11 MiB
  Packer packer;
  std::vector<core::HostId> hosts;
  for (int i = 0; i < kHosts; ++i) hosts.emplace_back(fmt::format("{:026}", i));
  const auto document = [](int number) { return fmt::format("{:0>16000}", number); };
  for (int i = 0; i < kHosts; ++i) packer.set_base(base_of(hosts[static_cast<std::size_t>(i)], document(i)));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kHosts; ++i)
      ASSERT_EQ(packer.unpack(packer.pack(document(i + 1), hosts[static_cast<std::size_t>(i)])), document(i + 1));
  }
}

TEST(Bases, AreRenewedOnceADay) {
  Packer packer;
  const auto next = [&](core::Time now) { return packer.next_base(kHost, document_of("web1", 1), now); };
  const std::optional<ReportBase> first = next(at(1000));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->number, 1);
  EXPECT_EQ(first->host, kHost);
  EXPECT_EQ(first->made_at, at(1000));
  EXPECT_EQ(first->document.base, 0);
  packer.set_base(*first);
  EXPECT_FALSE(next(at(1000 + 86399)));
  EXPECT_EQ(next(at(1000 + 86400))->number, 2);
}

TEST(Bases, AreNotMadeOfLargeDocuments) {
  Packer packer;
  const auto next = [&](std::size_t bytes) { return packer.next_base(kHost, std::string(bytes, 'x'), at(1000)); };
  EXPECT_TRUE(next(kLargestBase));
  EXPECT_FALSE(next(kLargestBase + 1));
}

TEST(Bases, AreForgottenWithTheirHost) {
  Packer packer;
  packer.set_base(base_of(kHost, document_of("web1", 1)));
  packer.set_base(base_of(kOther, document_of("web2", 1)));
  packer.forget_base(kHost);
  EXPECT_EQ(packer.hosts_with_base(), std::vector{kOther});
  EXPECT_EQ(packer.pack(document_of("web1", 2), kHost).base, 0);
}

TEST(Dictionaries, AreNotMadeOfTooFewSamples) {
  EXPECT_FALSE(Packer::train({}));
  EXPECT_FALSE(Packer::train(samples(63)));
}

TEST(Dictionaries, AreNotMadeOfWhatHasNothingInCommon) {
  tests::SampleNumbers numbers(1);
  TrainingSamples noise;
  TrainingSamples empty;
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    while (bytes.size() < 1000) bytes += static_cast<char>(numbers.next());
    noise.add(bytes);
    empty.add("");
  }
  EXPECT_FALSE(Packer::train(noise));
  EXPECT_FALSE(Packer::train(empty));
}

TEST(Dictionaries, AreMadeOfABoundedNumberOfBytes) {
  TrainingSamples samples;
  samples.add(std::string(32 * 1024 + 1, 'x'));
  EXPECT_EQ(samples.size(), 0u);
  for (int i = 0; i < 1000; ++i) samples.add(std::string(32 * 1024, 'x'));
  EXPECT_EQ(samples.size(), 256u);
  EXPECT_EQ(samples.bytes(), 8u * 1024 * 1024);
}

}  // namespace
}  // namespace holdfast::store
