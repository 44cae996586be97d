# compile_templates(<target> <folder>): compiles the templates below a folder into an object library. A template that was
# added or removed is noticed when CMake runs again, which it does by itself.
function(compile_templates target folder)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/templates)
  set(compiler ${CMAKE_SOURCE_DIR}/scripts/compile_templates.py)
  file(GLOB_RECURSE templates CONFIGURE_DEPENDS ${folder}/*.html)
  file(GLOB compiler_parts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scripts/template_compiler/*.py)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${templates})
  execute_process(COMMAND ${Python3_EXECUTABLE} ${compiler} --list ${folder}
    OUTPUT_VARIABLE sources COMMAND_ERROR_IS_FATAL ANY)
  list(TRANSFORM sources PREPEND ${output}/)

  add_custom_command(OUTPUT ${output}/stamp BYPRODUCTS ${output}/templates.hpp ${sources}
    COMMAND ${Python3_EXECUTABLE} ${compiler} ${folder} ${output}
    COMMAND ${CMAKE_COMMAND} -E touch ${output}/stamp
    DEPENDS ${templates} ${compiler} ${compiler_parts}
    COMMENT "Compiling templates")
  add_custom_target(${target}_sources DEPENDS ${output}/stamp)
  set_source_files_properties(${output}/templates.hpp ${sources} PROPERTIES GENERATED TRUE)
  add_library(${target} OBJECT ${sources})
  target_include_directories(${target} PUBLIC ${output})
  add_dependencies(${target} ${target}_sources)
endfunction()
