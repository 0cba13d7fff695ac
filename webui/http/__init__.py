"""Handle every request and response: caching, compression, CORS, security headers, timing and metrics."""
