"""What Dowse costs on real trees, and what others cost on the same: ``dowse-dev bench``."""
