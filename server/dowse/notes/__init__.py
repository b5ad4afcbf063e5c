"""Notes: Markdown files that say why, with links to the code that they are about."""
