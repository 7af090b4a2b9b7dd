"""C-MET and the disentangled face model that it stands on. Does not know the benchmark, but for `cmet.method`."""
