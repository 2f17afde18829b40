# cmake -DTEMPLATES=<folder> -DOUT=<file.cc> -P embed.cmake
#
# The page's parts as string literals, so that a binary needs no files beside it. The literal is made of pieces, as
# compilers limit the length of one.
set(text "#include \"page/page_parts.h\"\n\nnamespace exo_reports {\n")
foreach(part report.html report.css report.js gate.html history.html)
  file(READ "${TEMPLATES}/${part}" content)
  string(LENGTH "${content}" length)
  string(REPLACE "." "_" name "${part}")
  string(REPLACE "report_" "page_" name "${name}")
  string(REGEX REPLACE "(gate|history)_html" "\\1_template" name "${name}")  # gate_html is the whole page.
  string(APPEND text "std::string ${name}() {\n  std::string text;\n")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${content}" ${at} 4000 piece)
    string(APPEND text "  text += R\"EXO(${piece})EXO\";\n")
    math(EXPR at "${at} + 4000")
  endwhile()
  string(APPEND text "  return text;\n}\n")
endforeach()
string(APPEND text "}  // namespace exo_reports\n")
file(WRITE "${OUT}" "${text}")
