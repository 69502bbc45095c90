"""The business, in slices; a slice uses only slices below it."""
