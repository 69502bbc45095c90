"""Where the provider shows references as barcodes."""

from __future__ import annotations


def barcode_url(reference: str, root_url: str) -> str:
    """The barcode of a store's reference, in the form that the provider prints."""
    return f"{root_url}/barcode/{reference}?width=1&height=45&text=false"
