"""Our 3DS server: asks directories, hears results."""
