// Looks up rows whose keys have a generation, such as product:{gen}:{product_id}, through the package "redis", and never
// misses one while a rebuild switches readers from one generation to the next.

export class Rows {
  /**
   * @param redis a connected client: await createClient().connect()
   * @param table with its namespace: "shop.product"
   * @param keyOfGeneration gen => `product:${gen}:`; a row's id comes after it
   */
  constructor(redis, table, keyOfGeneration, keepMillis = 30_000) {
    Object.assign(this, { redis, position: `firn:${table}`, keyOfGeneration, keepMillis, generation: null, readAt: 0 });
  }

  /** The row as an object, or null. */
  async find(id) {
    if (this.generation === null || Date.now() - this.readAt > this.keepMillis) {
      await this.readGeneration();
    }
    for (;;) {
      const used = this.generation;
      const row = await this.redis.hGetAll(`${this.keyOfGeneration(used)}${id}`);
      if (Object.keys(row).length > 0) {
        return row;
      }
      await this.readGeneration();
      if (this.generation === used) {
        return null;
      }
    }
  }

  async readGeneration() {
    this.generation = await this.redis.hGet(this.position, "gen");
    this.readAt = Date.now();
  }
}
