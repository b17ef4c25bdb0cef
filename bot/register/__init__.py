"""The register of filter changes: its entries, and the forms in which a school reads it."""
