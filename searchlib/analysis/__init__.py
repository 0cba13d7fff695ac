"""The text analysis that articles and queries share, from text to index terms.

``fold`` normalizes a text. ``units`` cuts it into the smallest parts of exact matching, and ``tokens`` cuts it into the words
that rank. ``bulk`` does both for many texts at once. ``terms`` writes units and words as index terms. ``analyzer`` applies
these steps to an article, ``query_analyzer`` to a query, and ``record`` records the analysis that an index was built with.
"""
