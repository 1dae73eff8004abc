"""The knowledge base: records and registers, read strictly, checked and linked. `loading.load` reads it whole."""
