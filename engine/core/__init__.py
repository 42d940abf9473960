"""Identity, canonical bytes, digests, seals, gates, bundles, publishing, and what every state shares."""
