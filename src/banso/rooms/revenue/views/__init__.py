"""Pages of recurring revenue."""
