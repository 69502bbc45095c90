"""Paper for people who pay in cash or by transfer: bar codes and receipts. Knows values only, looks nothing up."""
