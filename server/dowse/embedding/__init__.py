"""What turns texts into vectors: the models, where they come from, and the threads that run them."""
