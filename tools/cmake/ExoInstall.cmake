include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/exo_harness")
install(TARGETS exo_harness exo_harness_gtest EXPORT exo_harnessTargets FILE_SET HEADERS)
install(EXPORT exo_harnessTargets NAMESPACE exo_harness:: DESTINATION "${package_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/tools/cmake/exo_harnessConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/exo_harnessConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/exo_harnessConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/exo_harnessConfig.cmake" "${PROJECT_BINARY_DIR}/exo_harnessConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/tools/cmake/ExoAddSuite.cmake" "${PROJECT_SOURCE_DIR}/tools/cmake/ExoTestProperties.cmake"
  DESTINATION "${package_dir}")
