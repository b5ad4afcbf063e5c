"""Models behind an HTTP endpoint: OpenAI's embeddings API and whatever speaks it, Ollama, Hugging Face."""
