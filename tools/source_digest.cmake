# SPDX-License-Identifier: MIT
# Writes OUT, a source file with the digest of everything that decides the numbers of a result and their columns: two
# programs with the same digest give the same bytes. cmake -DROOT=... -DOUT=... -P source_digest.cmake
foreach(folder sim models tools/report tools/sweep)
  file(GLOB_RECURSE found RELATIVE ${ROOT} ${ROOT}/${folder}/*.?pp)
  list(APPEND files ${found})
endforeach()
list(SORT files)
set(text "")
foreach(file ${files})
  file(SHA256 ${ROOT}/${file} digest)
  string(APPEND text "${file} ${digest}\n")
endforeach()
string(SHA256 all "${text}")
string(SUBSTRING ${all} 0 16 short)
file(WRITE ${OUT} "#include \"tools/sweep/source_digest.hpp\"\n\nnamespace sweep {\n\nstd::string_view source_digest() { return \"${short}\"; }\n\n}  // namespace sweep\n")
