# cmake -DFOLDER=<scratch> -P CheckCitationsTest.cmake
#
# Shows CheckCitations.cmake red: a small tree whose citations resolve, then each broken line alone in it.
cmake_minimum_required(VERSION 3.25)
set(RULE Citations)
include("${CMAKE_CURRENT_LIST_DIR}/SeesRed.cmake")

function(plant_good_tree)
  plant(fixtures/contract/exo.md "# Exo\n\n## 5. Runners\n\n### 5.2 States\n\n[rdma](rdma.md)")
  plant(fixtures/contract/rdma.md "# RDMA\n\n## 6. Failures\n\n| # | what |\n| --- | --- |\n| 29 | x |")
  plant(fixtures/contract/field-report.md "# Field\n\n| # | what |\n| --- | --- |\n| 26 | x |")
  plant(a.cc "// contract 5, 5.2; rdma contract 6 and 6.29; rows A-26, R-29")
endfunction()

expect_green()
expect_red(b.h "/// As it answers (contract 5.3)." "`contract 5.3`: fixtures/contract/exo.md has no 5.3")
expect_red(b.toml "# contract 5, 9" "exo.md has no 9")
expect_red(b.cc "// rdma contract 5" "rdma.md has no 5")
expect_red(b.cc "// RDMA contract 6.30" "rdma.md has no 6.30")
expect_red(b.cc "// row (A-27)" "field-report.md has no such row")
expect_red(b.cc "// row (R-30)" "rdma.md has no such row")
expect_red(b.cc "// See DESIGN 8." "no page of this tree")
expect_red(b.md "see research/signatures.toml" "no page of this tree")
expect_red(b.md "[x](a.cc) and [y](nowhere.md#part)" "the link to nowhere.md leads nowhere")
