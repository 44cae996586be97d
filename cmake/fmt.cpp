// fmt's functions, compiled into the programs: Debian has them as a shared library only, and that one brings the shared
// C++ library along, which costs an idle agent a megabyte.
#include <fmt/format-inl.h>

namespace fmt {
inline namespace v9 {
namespace detail {

template dragonbox::decimal_fp<float> dragonbox::to_decimal(float);
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double);
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
template std::locale locale_ref::get<std::locale>() const;

}  // namespace detail
}  // namespace v9
}  // namespace fmt
