"""Results that are kept from one run to the next, by the content that they were made from."""
