#!/usr/bin/env python3
"""Writes scipy_vectors_test.h: what SciPy says of random samples. Run with SciPy 1.17.1: scipy_vectors.py > scipy_vectors_test.h"""
import numpy as np
from scipy import stats

rng = np.random.default_rng(20261129)


def numbers(values):
    return "{" + ", ".join(repr(float(v)) for v in values) + "}"


def p_greater(a, b):
    return stats.mannwhitneyu(b, a, alternative="greater", method="exact").pvalue


def lower_bound(a, b, level):
    """The end of the set of shifts that the exact test does not reject."""
    differences = np.sort((b[:, None] - a[None, :]).ravel())
    middles = (differences[1:] + differences[:-1]) / 2
    for difference, above in zip(differences, np.r_[middles, differences[-1] + 1]):
        if p_greater(a, b - above) > 1 - level:
            return difference if p_greater(a, b - (differences[0] - 1)) <= 1 - level else -np.inf
    return -np.inf


def main():
    print("// Made by scipy_vectors.py.\n#pragma once\n\n#include <vector>\n\nnamespace exo_harness::measure {\n")
    print("struct RankVector {\n  std::vector<double> a, b;\n  double p_greater, shift, lower95, lower975;\n};")
    print("inline const std::vector<RankVector> kRankVectors = {")
    for n, m in [(3, 3), (4, 4), (5, 5), (5, 5), (5, 5), (5, 7), (7, 5), (10, 10), (10, 10), (10, 9), (12, 20), (20, 20)]:
        a, b = np.exp(rng.normal(3.7, 0.05, n)), np.exp(rng.normal(3.7 + rng.choice([0, 0.03, 0.1]), 0.05, m))
        a, b = np.log(a), np.log(b)
        bounds = [lower_bound(a, b, level) for level in (0.95, 0.975)]
        spelled = ["-HUGE_VAL" if np.isinf(x) else repr(float(x)) for x in bounds]
        print(f"    {{{numbers(a)},\n     {numbers(b)},\n     {float(p_greater(a, b))!r}, {float(np.median(b[:, None] - a[None, :]))!r}, {', '.join(spelled)}}},")
    print("};\n\nstruct FisherVector {\n  unsigned failures_a, runs_a, failures_b, runs_b;\n  double p;\n};")
    print("inline const std::vector<FisherVector> kFisherVectors = {")
    for fa, na, fb, nb in [(0, 10, 4, 10), (0, 10, 3, 10), (0, 20, 5, 20), (2, 10, 9, 10), (5, 10, 5, 10), (1, 7, 3, 30), (0, 1, 1, 1), (3, 12, 0, 9), (40, 300, 90, 310)]:
        p = stats.fisher_exact([[fb, nb - fb], [fa, na - fa]], alternative="greater").pvalue
        print(f"    {{{fa}, {na}, {fb}, {nb}, {float(p)!r}}},")
    print("};\n\nstruct McNemarVector {\n  unsigned lost, won;\n  double p;\n};")
    print("inline const std::vector<McNemarVector> kMcNemarVectors = {")
    for lost, won in [(0, 0), (1, 0), (7, 0), (9, 1), (20, 10), (120, 80), (3, 9)]:
        p = stats.binomtest(lost, lost + won, 0.5, alternative="greater").pvalue if lost + won else 1.0
        print(f"    {{{lost}, {won}, {float(p)!r}}},")
    print("};\n\nstruct WelchVector {\n  std::vector<double> a, b;\n  double p;\n};")
    print("inline const std::vector<WelchVector> kWelchVectors = {")
    for n, m, shift, spread in [(2, 2, 0.0, 1.0), (3, 5, 1.0, 2.0), (10, 10, 0.2, 1.0), (10, 30, 3.0, 0.2), (50, 40, 0.1, 1.0), (8, 8, 20.0, 1.0)]:
        a, b = rng.normal(0, 1, n), rng.normal(shift, spread, m)
        print(f"    {{{numbers(a)},\n     {numbers(b)}, {float(stats.ttest_ind(a, b, equal_var=False).pvalue)!r}}},")
    print("};\n\n}  // namespace exo_harness::measure")


main()
