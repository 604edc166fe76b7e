"""Evaluation sets, metrics, runs, reports and benchmarks over the library in `rag`."""
