"""Pasarela: one payments core behind five provider dialects."""
