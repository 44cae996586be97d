# embed_assets(<target> <folder> <openapi folder> <report schema>): an object library with the static files of the folder
# and of the npm packages, and the description of the API.
function(embed_assets target folder openapi report_schema)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/assets)
  set(embed ${CMAKE_SOURCE_DIR}/scripts/embed_assets.py)
  set(node_modules ${CMAKE_SOURCE_DIR}/node_modules)
  # Does nothing when node_modules is what package-lock.json says.
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/scripts/install-node-packages COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/package-lock.json)

  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/* ${openapi}/*.yaml)
  set(bundle ${CMAKE_SOURCE_DIR}/scripts/bundle_openapi.py)
  set(made ${output}/asset_list.hpp ${output}/assets_data.cpp ${output}/assets_data.S)
  add_custom_command(OUTPUT ${output}/stamp BYPRODUCTS ${made}
    COMMAND ${Python3_EXECUTABLE} ${embed} ${folder} ${node_modules} ${openapi} ${report_schema} ${output}
    COMMAND ${CMAKE_COMMAND} -E touch ${output}/stamp
    DEPENDS ${files} ${report_schema} ${embed} ${bundle} ${node_modules}/.installed-lock
    COMMENT "Embedding static files")
  add_custom_target(${target}_sources DEPENDS ${output}/stamp)
  set_source_files_properties(${made} PROPERTIES GENERATED TRUE)
  set_source_files_properties(${output}/assets_data.S PROPERTIES OBJECT_DEPENDS ${output}/stamp)
  add_library(${target} OBJECT ${output}/assets_data.cpp ${output}/assets_data.S)
  target_include_directories(${target} PUBLIC ${output})
  add_dependencies(${target} ${target}_sources)
endfunction()
