"""What the client tells the server and the server tells the client, without an answer: one file for each matter."""
