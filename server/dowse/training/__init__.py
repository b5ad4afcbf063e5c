"""Learning an embedding model from pairs of a text and what it describes.

``pairs`` takes them from source files, ``vocabulary`` chooses the tokens, ``corpus`` makes numbers of both, and
``contrastive`` trains, which needs the extra ``transformers``.
"""
