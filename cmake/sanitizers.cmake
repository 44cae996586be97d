# HOLDFAST_SANITIZE: a list such as "address,undefined", or "thread", or empty.
set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
endif()

# HOLDFAST_FUZZ: build the fuzz targets, from the objects that the tests are made of: those count which branches are taken.
option(HOLDFAST_FUZZ "Build fuzz targets" OFF)
if(HOLDFAST_FUZZ AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-fsanitize-coverage=inline-8bit-counters,pc-table)
endif()
