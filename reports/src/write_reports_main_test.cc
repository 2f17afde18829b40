#include <cstdio>
#include <exception>

#include "exo_reports/write.h"

// write_reports RUN_FOLDER: for the tests of the page.
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    std::puts(exo_reports::write_reports(argv[1]).judgement.sentence.c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
