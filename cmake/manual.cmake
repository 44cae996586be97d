# embed_manual(<target> <docs>): an object library with the chapters of the manual as HTML. cmark-gfm makes it: the
# reference implementation of the Markdown that the documents are written in, a plain program of Debian's.
function(embed_manual target docs)
  find_program(cmark NAMES cmark-gfm REQUIRED)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/manual)
  set(embed ${CMAKE_SOURCE_DIR}/scripts/embed_manual.py)
  file(GLOB chapters CONFIGURE_DEPENDS ${docs}/guide/*.md ${docs}/reference/*.md)
  add_custom_command(OUTPUT ${output}/manual_text.cpp
    COMMAND ${Python3_EXECUTABLE} ${embed} ${docs} ${cmark} ${output}
    DEPENDS ${docs}/SUMMARY.md ${chapters} ${embed}
    COMMENT "Embedding the manual")
  add_library(${target} OBJECT ${output}/manual_text.cpp)
endfunction()
