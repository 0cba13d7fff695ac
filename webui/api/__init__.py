"""The JSON API with its OpenAPI document, and the feeds."""
