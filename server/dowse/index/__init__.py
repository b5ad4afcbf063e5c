"""What is kept of one folder: the catalogue, which is the truth, and the vectors, words and structure made from it."""
