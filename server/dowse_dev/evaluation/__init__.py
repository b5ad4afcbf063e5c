"""What is learned from answers, and how well similar code and duplicates are found."""
