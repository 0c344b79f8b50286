# What CMake has to know to build for a Mac somewhere else; build.sh says the rest:
#     CROSS_TARGET   x86_64-macos.10.13
#     CROSS_ZIG      the program
#     CROSS_ROOT     headers and stubs of the libraries that are no part of zig
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CROSS_TARGET CROSS_ZIG CROSS_ROOT)
set(CMAKE_SYSTEM_NAME Darwin)
string(REGEX MATCH "^[^-]+" CMAKE_SYSTEM_PROCESSOR ${CROSS_TARGET})

# zig takes the deployment target from its -target, and brings headers and libSystem.
set(CMAKE_C_COMPILER ${CROSS_ZIG} cc -target ${CROSS_TARGET})
set(CMAKE_OSX_SYSROOT "")
set(CMAKE_OSX_DEPLOYMENT_TARGET "")
# A call that the deployment target lacks is told, as far as Apple's headers know.
set(CMAKE_C_FLAGS_INIT -Wunguarded-availability)
# CMake would ask the linker for its version, which zig refuses.
set(CMAKE_C_ABI_COMPILED TRUE)
set(CMAKE_C_SIZEOF_DATA_PTR 8)
set(CMAKE_C_ARCHIVE_CREATE "\"${CROSS_ZIG}\" ar crs <TARGET> <OBJECTS>")
set(CMAKE_C_ARCHIVE_FINISH "")
set(CMAKE_INSTALL_NAME_TOOL false) # nothing is installed

set(CMAKE_FIND_ROOT_PATH ${CROSS_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_LIBRARY_SUFFIXES .tbd)
set(ENV{PKG_CONFIG_LIBDIR} ${CROSS_ROOT}/lib/pkgconfig)
