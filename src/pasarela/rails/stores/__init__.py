"""Convenience stores that take cash for us."""
