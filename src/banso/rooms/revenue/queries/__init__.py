"""Reads of recurring revenue: what the engine reads, and its answers for a viewer's accounts."""
