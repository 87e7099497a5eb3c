"""What is sold: the kinds of loan, by the key that stands in the database and in the configuration."""

from types import MappingProxyType

PRODUCTS = MappingProxyType({"house": "房抵", "car": "车抵", "credit": "信用", "business": "经营"})
