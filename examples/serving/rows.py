"""Looks up rows whose keys have a generation, such as product:{gen}:{product_id}, through redis-py, and never misses one
while a rebuild switches readers from one generation to the next."""

import time


class Rows:
    def __init__(self, redis, table, key_of_generation, keep_seconds=30):
        """redis: redis.Redis(decode_responses=True). table: with its namespace, "shop.product".
        key_of_generation: lambda gen: f"product:{gen}:"; a row's id comes after it."""
        self.redis = redis
        self.position = f"firn:{table}"
        self.key_of_generation = key_of_generation
        self.keep_seconds = keep_seconds
        self.generation = None
        self.read_at = 0.0

    def find(self, id):
        """The row as a dict, or None."""
        if self.generation is None or time.monotonic() - self.read_at > self.keep_seconds:
            self._read_generation()
        while True:
            used = self.generation
            row = self.redis.hgetall(f"{self.key_of_generation(used)}{id}")
            if row:
                return row
            self._read_generation()
            if self.generation == used:
                return None

    def _read_generation(self):
        self.generation = self.redis.hget(self.position, "gen")
        self.read_at = time.monotonic()
