"""Which files a workspace has, what they say on disk and in the editor, and that they change."""
