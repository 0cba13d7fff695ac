"""The HTML pages: one module for each page, and the parts that pages share."""
