"""Signatures and proofs: keys and their own CA, signatures for PDF files, time stamps, Merkle trees, credentials."""
