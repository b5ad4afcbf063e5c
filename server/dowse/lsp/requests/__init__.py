"""What the server answers: one file for each request or command, with its types, its handler and its declaration."""
