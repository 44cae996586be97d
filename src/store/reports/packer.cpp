#include <zdict.h>
#include <zstd.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <shared_mutex>
#include <unordered_map>

#include "runtime/log/log.hpp"
#include "store/reports/reports.hpp"

// Several threads pack and unpack at the same time. What they share is behind one mutex, and no document is packed
// under it: documents, bases and dictionaries never change once they are there, and no dictionary is removed.
namespace holdfast::store {
namespace {

// With a base, level 1 is as small as 3 and leaves the search for long matches to the base.
constexpr int kLevel = 3;
constexpr int kLevelWithBase = 1;
constexpr std::size_t kDictionaryBytes = 32 * 1024;
constexpr std::size_t kFewestSamples = 64;
constexpr std::size_t kLargestSample = 32 * 1024;
constexpr std::size_t kMostSampleBytes = 8 * 1024 * 1024;
constexpr std::size_t kHeldBackEach = 8;
constexpr std::chrono::hours kBaseLife{24};
// Of bases as they were before they were packed, so that those of busy hosts are not unpacked at each report.
constexpr std::size_t kMostReadyBytes = 8 * 1024 * 1024;
// No document may be longer; a size beyond it is damage.
constexpr unsigned long long kLargestDocument = 64ULL * 1024 * 1024;
// The first bytes of every frame, which are not stored.
constexpr std::string_view kMagic = "\x28\xb5\x2f\xfd";

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeZstd>;

template <class T>
Owned<T> made(T* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return Owned<T>(pointer);
}

// One of each thread, made anew for every document it works on.
ZSTD_CCtx* compressor() {
  thread_local const Owned<ZSTD_CCtx> context = made(ZSTD_createCCtx());
  ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_dictIDFlag, 0);
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const Owned<ZSTD_DCtx> context = made(ZSTD_createDCtx());
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters);
  return context.get();
}

[[noreturn]] void damaged() {
  throw core::DatabaseError("A stored report is damaged.");
}

std::string compress(ZSTD_CCtx* context, std::string_view document) {
  std::string frame;
  std::size_t size = 0;
  frame.resize_and_overwrite(ZSTD_compressBound(document.size()), [&](char* room, std::size_t bytes) {
    size = ZSTD_compress2(context, room, bytes, document.data(), document.size());
    return ZSTD_isError(size) == 0 ? size : 0;
  });
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // the room is enough, so nothing else is left
  assert(frame.starts_with(kMagic));
  return frame.substr(kMagic.size());
}

std::string decompress(ZSTD_DCtx* context, std::string_view bytes) {
  const std::string frame = std::string(kMagic).append(bytes);
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size > kLargestDocument) damaged();  // what zstd says when it does not know is greater, too
  std::string document(size, '\0');
  const std::size_t got = ZSTD_decompressDCtx(context, document.data(), document.size(), frame.data(), frame.size());
  if (got != document.size()) damaged();
  return document;
}

// Both forms of a dictionary that zstd prepares once.
struct PreparedDictionary {
  explicit PreparedDictionary(std::string_view bytes)
      : packing(ZSTD_createCDict(bytes.data(), bytes.size(), kLevel)),
        unpacking(ZSTD_createDDict(bytes.data(), bytes.size())) {}

  bool is_whole() const { return packing && unpacking; }

  Owned<ZSTD_CDict> packing;
  Owned<ZSTD_DDict> unpacking;
};

struct KnownBase {
  std::int64_t number = 0;
  core::Time made_at;
  std::shared_ptr<const PackedDocument> document;  // packed: with many hosts these take the most memory
  std::shared_ptr<const std::string> text;         // the same unpacked, where it was needed lately
};

std::string pack_with(std::string_view document, const PreparedDictionary& dictionary) {
  ZSTD_CCtx* context = compressor();
  ZSTD_CCtx_refCDict(context, dictionary.packing.get());
  return compress(context, document);
}

std::string pack_alone(std::string_view document) {
  ZSTD_CCtx* context = compressor();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  return compress(context, document);
}

std::string pack_against(std::string_view document, const std::string& base) {
  ZSTD_CCtx* context = compressor();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevelWithBase);
  ZSTD_CCtx_refPrefix(context, base.data(), base.size());
  return compress(context, document);
}

// On samples that lie one after the other.
std::string trained(const std::string& samples, const std::vector<std::size_t>& sizes) {
  std::string dictionary(kDictionaryBytes, '\0');
  const std::size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(), sizes.data(),
                                                 static_cast<unsigned>(sizes.size()));
  dictionary.resize(ZDICT_isError(size) != 0 ? 0 : size);
  return dictionary;
}

// Whether it makes documents at least a tenth smaller.
bool is_of_use(std::string_view bytes, const std::vector<std::string>& documents) {
  const PreparedDictionary dictionary(bytes);
  std::size_t with = 0;
  std::size_t without = 0;
  for (const std::string& document : documents) {
    with += pack_with(document, dictionary).size();
    without += pack_alone(document).size();
  }
  return with * 10 < without * 9;
}

}  // namespace

void TrainingSamples::add(std::string_view document) {
  if (document.size() > kLargestSample || bytes_ + document.size() > kMostSampleBytes) return;
  bytes_ += document.size();
  if (size() % kHeldBackEach == 0) {
    held_back_.emplace_back(document);
  } else {
    learned_ += document;
    sizes_.push_back(document.size());
  }
}

struct Packer::Tools {
  mutable std::shared_mutex mutex;
  // Guarded by mutex. A dictionary is never removed.
  std::map<std::int64_t, PreparedDictionary> dictionaries;
  std::unordered_map<core::HostId, KnownBase> bases;
  std::size_t text_bytes = 0;  // at most, of all texts of bases

  std::int64_t newest_id() const {
    const std::shared_lock lock(mutex);
    return dictionaries.empty() ? 0 : dictionaries.rbegin()->first;
  }
  const PreparedDictionary& dictionary(std::int64_t id) const {
    const std::shared_lock lock(mutex);
    const auto found = dictionaries.find(id);
    if (found == dictionaries.end()) throw core::DatabaseError("The dictionary of a stored report is missing.");
    return found->second;
  }
  KnownBase base(const core::HostId& host) const {
    const std::shared_lock lock(mutex);
    const auto found = bases.find(host);
    return found == bases.end() ? KnownBase{} : found->second;
  }

  // Of the base as it was when it was unpacked: there may be another by now.
  void keep_text(const core::HostId& host, const KnownBase& base) {
    const std::unique_lock lock(mutex);
    const auto found = bases.find(host);
    if (found == bases.end() || found->second.document != base.document) return;
    if (text_bytes + base.text->size() > kMostReadyBytes) forget_texts();
    text_bytes += base.text->size();
    found->second.text = base.text;
  }

 private:
  void forget_texts() {
    for (auto& [host, base] : bases) base.text.reset();
    text_bytes = 0;
  }
};

Packer::Packer() : tools_(std::make_unique<Tools>()) {}
Packer::~Packer() = default;

void Packer::add(const Dictionary& dictionary) {
  PreparedDictionary prepared(dictionary.bytes);
  if (!prepared.is_whole())
    return runtime::log::error("reports.dictionary_damaged",
                               "A dictionary cannot be read, nor can reports packed with it",
                               {{"dictionary", dictionary.id}});
  const std::unique_lock lock(tools_->mutex);
  tools_->dictionaries.emplace(dictionary.id, std::move(prepared));
}

void Packer::set_base(const ReportBase& base) {
  assert(base.document.base == 0);
  KnownBase known{base.number, base.made_at, std::make_shared<const PackedDocument>(base.document), nullptr};
  const std::unique_lock lock(tools_->mutex);
  tools_->bases.insert_or_assign(base.host, std::move(known));
}

std::vector<core::HostId> Packer::hosts_with_base() const {
  const std::shared_lock lock(tools_->mutex);
  std::vector<core::HostId> hosts;
  for (const auto& [host, base] : tools_->bases) hosts.push_back(host);
  return hosts;
}

void Packer::forget_base(const core::HostId& host) {
  const std::unique_lock lock(tools_->mutex);
  tools_->bases.erase(host);
}

PackedDocument Packer::pack(std::string_view document) const {
  PackedDocument packed;
  const std::int64_t id = tools_->newest_id();
  packed.dictionary = id;
  packed.bytes = id == 0 ? pack_alone(document) : pack_with(document, tools_->dictionary(id));
  return packed;
}

PackedDocument Packer::pack(std::string_view document, const core::HostId& host) const {
  KnownBase base = tools_->base(host);
  if (base.number == 0) return pack(document);
  if (!base.text) {
    try {
      base.text = std::make_shared<const std::string>(unpack(*base.document));
    } catch (const core::DatabaseError&) {
      return pack(document);  // the base is damaged; the next one is not
    }
    tools_->keep_text(host, base);
  }
  PackedDocument packed;
  packed.bytes = pack_against(document, *base.text);
  packed.base = base.number;
  packed.base_host = host;
  packed.base_document = base.document;
  return packed;
}

std::string Packer::unpack(const PackedDocument& packed) const {
  UnpackedBase none;
  return unpack(packed, none);
}

std::string Packer::unpack(const PackedDocument& packed, UnpackedBase& last) const {
  if (packed.base != 0 && !packed.base_document) throw core::DatabaseError("The base of a stored report is missing.");
  if (packed.base != 0 && last.packed != packed.base_document->bytes) {
    last.text = unpack(*packed.base_document);
    last.packed = packed.base_document->bytes;
  }
  ZSTD_DCtx* context = decompressor();
  if (packed.base != 0) ZSTD_DCtx_refPrefix(context, last.text.data(), last.text.size());
  if (packed.dictionary != 0) ZSTD_DCtx_refDDict(context, tools_->dictionary(packed.dictionary).unpacking.get());
  return decompress(context, packed.bytes);
}

std::optional<ReportBase> Packer::next_base(const core::HostId& host, std::string_view document, core::Time now) const {
  if (document.size() > kLargestBase) return std::nullopt;
  const KnownBase last = tools_->base(host);
  if (last.number != 0 && now < last.made_at + kBaseLife) return std::nullopt;
  return ReportBase{host, last.number + 1, now, pack(document)};
}

std::optional<std::string> Packer::train(const TrainingSamples& samples) {
  if (samples.size() < kFewestSamples) return std::nullopt;
  std::string dictionary = trained(samples.learned_, samples.sizes_);
  if (dictionary.empty() || !is_of_use(dictionary, samples.held_back_)) return std::nullopt;
  return dictionary;
}

}  // namespace holdfast::store
