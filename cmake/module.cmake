option(HOLDFAST_TESTS "Build the tests" ON)

# module(<name> [DEPENDS ...] [USES ...] [TESTS_USE ...] [LIBRARIES ...] [PUBLIC_LIBRARIES ...])
#
# A module is src/<name>/: public headers in include/<name>/, private sources beside it, *_test.cpp beside what they
# test. DEPENDS: modules that its public headers use. USES: modules that only its sources use, so that users do not
# inherit them. TESTS_USE: modules that only its tests use. LIBRARIES and PUBLIC_LIBRARIES: the same for third-party
# libraries.
#
# Only modules declared above may be named, so a cycle or an upward edge fails at configure. Each module's tests link
# that module alone, so calling an undeclared module fails at link. Each public header is compiled on its own.
function(module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;USES;TESTS_USE;LIBRARIES;PUBLIC_LIBRARIES" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "module(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  foreach(edge IN LISTS arg_DEPENDS arg_USES arg_TESTS_USE)
    if(NOT TARGET holdfast_${edge})
      message(FATAL_ERROR "module(${name}) names '${edge}', which is not declared above it in CMakeLists.txt")
    endif()
  endforeach()
  list(TRANSFORM arg_DEPENDS PREPEND holdfast_)
  list(TRANSFORM arg_USES PREPEND holdfast_)
  list(TRANSFORM arg_TESTS_USE PREPEND holdfast_)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cpp$")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/include/*.hpp)

  add_library(holdfast_${name} STATIC ${sources})
  set_target_properties(holdfast_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(holdfast_${name} PUBLIC include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(holdfast_${name}
    PUBLIC ${arg_DEPENDS} ${arg_PUBLIC_LIBRARIES}
    PRIVATE ${arg_USES} ${arg_LIBRARIES})

  module_check_headers(${name} "${headers}")
  if(name MATCHES "^(text|core|protocol)$")
    set(kind pure)
  else()
    set(kind asynchronous)
  endif()
  module_precompile(holdfast_${name} ${kind})
  module_unite(holdfast_${name})
  if(tests AND HOLDFAST_TESTS)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests/support)
    target_link_libraries(${name}_test PRIVATE holdfast_${name} ${arg_USES} ${arg_TESTS_USE} ${arg_LIBRARIES} GTest::gmock GTest::gtest_main rapidcheck)
    target_compile_definitions(${name}_test PRIVATE HOLDFAST_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
    module_precompile(${name}_test ${kind}_test)
    module_unite(${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()

# What most sources of a kind include.
set(precompiled_pure <algorithm> <chrono> <functional> <optional> <string> <vector>)
set(precompiled_asynchronous ${precompiled_pure}
  <boost/asio/awaitable.hpp> <boost/asio/basic_waitable_timer.hpp> <boost/asio/co_spawn.hpp>)
set(precompiled_pure_test ${precompiled_pure} <gmock/gmock.h> <gtest/gtest.h>)
set(precompiled_asynchronous_test ${precompiled_asynchronous} <gmock/gmock.h> <gtest/gtest.h>)

# Without its time the header is the same in each build, and the compiler cache knows it.
function(module_clang_precompiles target)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

# The target that has them. It knows no macro but those of Asio and GoogleTest, so that g++ takes it for all targets.
function(make_precompiled kind)
  set(name precompiled_${kind})
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  if(kind MATCHES "^asynchronous")
    target_link_libraries(${name} PRIVATE asio)
  endif()
  if(kind MATCHES "_test$")
    target_link_libraries(${name} PRIVATE GTest::gmock)
  endif()
  module_clang_precompiles(${name})
  target_precompile_headers(${name} PRIVATE ${precompiled_${kind}})
endfunction()

# module_precompile(<target> <kind>): parses what most sources include once for all targets of a kind, where
# HOLDFAST_PRECOMPILE says so. Sources still include all they use, as each header does alone.
function(module_precompile target kind)
  if(NOT HOLDFAST_PRECOMPILE OR (kind MATCHES "_test$" AND CMAKE_POSITION_INDEPENDENT_CODE))
    return()  # programs and libraries are compiled differently then
  endif()
  module_clang_precompiles(${target})
  if(NOT TARGET precompiled_${kind})
    make_precompiled(${kind})
  endif()
  target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
endfunction()

option(HOLDFAST_UNITE "Compile eight sources of a module at once" OFF)
# Eight sources at once take as long as two or three of them alone: what they include is parsed and instantiated once.
# scripts/check_names.py sees to it that none changes what a name means in the next; its CMakeLists.txt says UNITY_BUILD
# OFF where that is not worth it. g++ reads all one by one, which shows that each includes what it uses.
function(module_unite target)
  if(HOLDFAST_UNITE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

option(HOLDFAST_CHECK_HEADERS "Compile each public header alone" OFF)
# Compiles each public header alone, so that it includes what it uses, where HOLDFAST_CHECK_HEADERS says so: once is enough.
function(module_check_headers name headers)
  if(NOT HOLDFAST_CHECK_HEADERS)
    return()
  endif()
  set(checks)
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH relative ${CMAKE_CURRENT_SOURCE_DIR}/include ${header})
    string(REPLACE "/" "_" flat ${relative})
    set(check ${CMAKE_CURRENT_BINARY_DIR}/header_check/${flat}.cpp)
    if(NOT EXISTS ${check})
      file(WRITE ${check} "#include \"${relative}\"\n")
    endif()
    list(APPEND checks ${check})
  endforeach()
  if(checks)
    add_library(${name}_headers OBJECT ${checks})
    target_link_libraries(${name}_headers PRIVATE holdfast_${name})
  endif()
endfunction()

# executable(<file name> <main source> <module>...): a program, named as it is installed.
function(executable name source)
  add_executable(${name} ${source})
  list(TRANSFORM ARGN PREPEND holdfast_ OUTPUT_VARIABLE modules)
  target_link_libraries(${name} PRIVATE ${modules})
endfunction()

# fuzz_target(<name> <source> <module>...): a libFuzzer program; as a test it runs its corpus once.
function(fuzz_target name source)
  if(NOT HOLDFAST_FUZZ)
    return()
  endif()
  executable(${name} ${source} ${ARGN})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  add_test(NAME ${name} COMMAND ${name} -runs=0 ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
endfunction()
