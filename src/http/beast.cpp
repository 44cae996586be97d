// The one source that compiles what of Beast, and of Asio's TLS, is no template (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
