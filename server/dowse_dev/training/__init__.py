"""How the built-in models came about: from source packages to a model and its card."""
