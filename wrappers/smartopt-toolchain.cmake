# CMake: cmake --toolchain .../smartopt-toolchain.cmake -DCMAKE_BUILD_TYPE=MinSizeRel ...
# The drivers are looked for in the PATH. CMake's own MinSizeRel is -Os; smartopt takes both, and -Oz is smaller.
set(CMAKE_C_COMPILER smartopt-clang)
set(CMAKE_CXX_COMPILER smartopt-clang++)
set(CMAKE_C_FLAGS_MINSIZEREL "-Oz -DNDEBUG" CACHE STRING "C flags for the smallest code")
set(CMAKE_CXX_FLAGS_MINSIZEREL "-Oz -DNDEBUG" CACHE STRING "C++ flags for the smallest code")
