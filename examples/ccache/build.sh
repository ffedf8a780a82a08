#!/bin/sh
# ccache in front of smartopt: a hit costs what a hit costs, and smartopt works only on misses.
#
#   CC=smartopt-clang sh examples/ccache/build.sh FOLDER
#
# ccache cannot see that a new clang, model or setting changes objects that the same smartopt-clang makes. smartopt has one
# line that tells; it is asked once for the whole build.
set -eu
out=${1:?name a folder for the objects}
here=$(cd "$(dirname "$0")" && pwd)
CCACHE_COMPILERCHECK="string:$("${SMARTOPT:-smartopt}" --fingerprint)"
export CCACHE_COMPILERCHECK
# Not a clang by name, so ccache is told what it has before it.
export CCACHE_COMPILERTYPE=clang
mkdir -p "$out"
ccache "${CC:-smartopt-clang}" -Oz -c "$here/../tally/tally.c" -o "$out/tally.o"
ccache "${CXX:-smartopt-clang++}" -Oz -fno-rtti -c "$here/../tally/main.cc" -o "$out/main.o"
"${CXX:-smartopt-clang++}" -o "$out/tally" "$out/tally.o" "$out/main.o"
