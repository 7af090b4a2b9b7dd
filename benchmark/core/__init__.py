"""What every room uses: types, errors, registry, fingerprints, progress, threads. Nothing here knows another room."""
