"""The telephone at which payers type their cards."""
