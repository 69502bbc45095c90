"""The customers of tenants: who pays them or is paid by them, with or without an account of their own."""
