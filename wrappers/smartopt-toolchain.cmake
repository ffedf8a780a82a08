# CMake: cmake --toolchain .../smartopt-toolchain.cmake -DCMAKE_BUILD_TYPE=MinSizeRel ...
# The drivers are looked for in the PATH. CMake's own MinSizeRel is -Os; smartopt takes both, and -Oz is smaller.
set(CMAKE_C_COMPILER smartopt-clang)
set(CMAKE_CXX_COMPILER smartopt-clang++)
set(CMAKE_C_FLAGS_MINSIZEREL "-Oz -DNDEBUG" CACHE STRING "C flags for the smallest code")
set(CMAKE_CXX_FLAGS_MINSIZEREL "-Oz -DNDEBUG" CACHE STRING "C++ flags for the smallest code")

# Archives of bitcode (CMAKE_INTERPROCEDURAL_OPTIMIZATION) need the llvm-ar of clang's own LLVM. CMake concludes from the
# name smartopt-clang that it is called smartopt-llvm-ar; clang knows where it is.
get_property(trying GLOBAL PROPERTY IN_TRY_COMPILE)
foreach(tool AR RANLIB)
    if(trying OR CMAKE_C_COMPILER_${tool})
        continue()
    endif()
    string(TOLOWER "llvm-${tool}" program)
    execute_process(
        COMMAND smartopt-clang -print-prog-name=${program}
        OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    foreach(language C CXX)
        if(EXISTS "${path}")
            set(CMAKE_${language}_COMPILER_${tool} "${path}" CACHE FILEPATH "${program} of clang's LLVM")
        endif()
    endforeach()
endforeach()
