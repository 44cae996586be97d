#include <fmt/format.h>

#include <array>

#include "kit/render/filters.hpp"
#include "kit/render/functions.hpp"

// The chart of a running job: time from its start to now, hatched where nothing is known.
namespace holdfast::web::functions {
namespace {

using namespace std::chrono_literals;
using Sample = views::Throughput::Sample;

constexpr double kCurveWidth = 600;
constexpr double kTop = 4;
constexpr double kBottom = 100;
constexpr core::milliseconds kShortestGap = 10s;
constexpr std::string_view kHatch =
    R"-(<defs><pattern id="no-data" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V7"/></pattern></defs>)-";

// The height of the chart: a round number of a unit.
struct Scale {
  double number;
  double unit_bytes;
  std::string_view unit;

  double bytes() const { return number * unit_bytes; }
  std::string label(double share) const { return fmt::format("{:g}\u00A0{}/s", number * share, unit); }
};

Scale scale_of(const views::Throughput& throughput) {
  constexpr std::array<double, 9> kRound{1, 2, 5, 10, 20, 50, 100, 200, 500};
  const double most =
      static_cast<double>(std::ranges::max(throughput.samples, {}, &Sample::bytes_per_second).bytes_per_second);
  double unit_bytes = 1024;
  for (const std::string_view unit : {"KiB", "MiB", "GiB", "TiB"}) {
    const auto round = std::ranges::find_if(kRound, [&](double number) { return number * unit_bytes >= most; });
    if (round != kRound.end()) return {*round, unit_bytes, unit};
    unit_bytes *= 1024;
  }
  return {most / unit_bytes, unit_bytes, "PiB"};
}

class Curve {
 public:
  explicit Curve(const views::Throughput& throughput)
      : throughput_(throughput),
        from_(std::min(throughput.from, throughput.samples.front().at)),
        length_(std::max<double>(1, static_cast<double>((throughput.to - from_).count()))),
        top_(scale_of(throughput).bytes()) {}

  std::string draw() {
    core::Time drawn = from_;
    std::vector<const Sample*> run;
    for (const auto& sample : throughput_.samples) {
      if (is_gap(drawn, sample.at)) {
        draw_run(run);
        draw_gap(drawn, sample.at);
      }
      run.push_back(&sample);
      drawn = sample.at + throughput_.step;
    }
    draw_run(run);
    if (is_gap(drawn, throughput_.to)) draw_gap(drawn, throughput_.to);
    return std::move(out_);
  }

 private:
  bool is_gap(core::Time from, core::Time to) const { return to - from > std::max(kShortestGap, throughput_.step); }

  double x(core::Time at) const {
    return std::clamp(static_cast<double>((at - from_).count()) / length_, 0.0, 1.0) * kCurveWidth;
  }
  double y(std::uint64_t rate) const { return kBottom - static_cast<double>(rate) / top_ * (kBottom - kTop); }

  void draw_gap(core::Time from, core::Time to) {
    out_ += fmt::format(R"-(<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="url(#no-data)"/>)-", x(from), kTop,
                        x(to) - x(from), kBottom - kTop);
  }

  // Each sample is drawn in the middle of what it stands for, and the run as wide as all of it.
  void draw_run(std::vector<const Sample*>& run) {
    if (run.empty()) return;
    const double begin = x(run.front()->at);
    const double end = x(run.back()->at + throughput_.step);
    std::string line = fmt::format("M{:.1f} {:.1f}", begin, y(run.front()->bytes_per_second));
    for (const Sample* sample : run)
      line += fmt::format("L{:.1f} {:.1f}", x(sample->at + throughput_.step / 2), y(sample->bytes_per_second));
    line += fmt::format("L{:.1f} {:.1f}", end, y(run.back()->bytes_per_second));
    out_ += fmt::format(R"(<path class="area" d="{}L{:.1f} {}L{:.1f} {}Z"/><path class="line" d="{}"/>)", line, end,
                        kBottom, begin, kBottom, line);
    run.clear();
  }

  const views::Throughput& throughput_;
  core::Time from_;
  double length_;
  double top_;
  std::string out_;
};

}  // namespace

SafeHtml throughput_chart(const views::Throughput& throughput) {
  if (throughput.samples.size() < 2) return {};
  return SafeHtml(fmt::format(
      R"(<svg viewBox="0 0 600 100" preserveAspectRatio="none" role="img" aria-label="Throughput, last {}">{}<path class="g" d="M0 100H600M0 52H600M0 4H600"/>{}</svg>)",
      filters::rate(throughput.samples.back().bytes_per_second), kHatch, Curve(throughput).draw()));
}

SafeHtml throughput_scale(const views::Throughput& throughput) {
  if (throughput.samples.empty()) return {};
  const Scale scale = scale_of(throughput);
  return SafeHtml(fmt::format("<span>{}</span><span>{}</span><span>0</span>", scale.label(1), scale.label(0.5)));
}

}  // namespace holdfast::web::functions
