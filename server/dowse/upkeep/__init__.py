"""Keeps the indexes true to the workspace: scans, follows changes, has new texts embedded."""
