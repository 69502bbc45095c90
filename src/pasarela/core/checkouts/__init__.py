"""Links that a payer follows to pay, made by the merchant and paid on a page."""
