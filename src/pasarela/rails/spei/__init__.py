"""SPEI through STP, a direct participant: orders signed and sent over REST, its notifications read."""
