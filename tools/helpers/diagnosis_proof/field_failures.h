#pragma once

#include <string>
#include <vector>

namespace exo_harness::proof {

/// A fault of the fake cluster. `node` 0: every node; else counted from 1.
struct Staged {
  int node = 0;
  std::string fault;
};

/// A failure of the field, how to stage it, and what the diagnosis must say of it.
struct FieldFailure {
  std::string ref;  ///< A row of fixtures/contract: A-26 of field-report.md, R-24 of section 6 of rdma.md.
  std::string title;
  std::string generation, rdma;  ///< Of the fake: `v1.0.71` or `main`; RDMA scenario.
  std::string mode;              ///< Short name.
  std::string model, question;
  std::vector<Staged> faults;    ///< Set before the placement.
  std::vector<Staged> at_token;  ///< Set at the first token.
  std::string signature;         ///< Empty: nothing in it says why, so it must be called unknown.
  std::string or_signature;      ///< As right, where chance decides which of two is seen; empty: none.
  std::string phase, verdict;
  bool costs_the_cluster = false;  ///< A new one is needed afterwards.
};

/// All of them, those of one cluster beside each other.
std::vector<FieldFailure> field_failures();

}  // namespace exo_harness::proof
