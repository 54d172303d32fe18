// Reads a row until it has the last price; fails when the row is missing or goes back.
import net from "node:net";
import { pathToFileURL } from "node:url";

const { Rows } = await import(pathToFileURL(`${process.argv[2]}/rows.mjs`));

/** As much of the package "redis" as the recipe needs. */
class Client {
  constructor(port) {
    this.waiting = [];
    this.text = "";
    this.socket = net.connect(port, "127.0.0.1");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (data) => this.read(data));
  }

  call(...words) {
    this.socket.write(`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  read(data) {
    this.text += data;
    for (let parsed = this.parse(0); parsed; parsed = this.parse(0)) {
      this.text = this.text.slice(parsed.end);
      this.waiting.shift()(parsed.value);
    }
  }

  parse(from) {
    const line = this.text.indexOf("\r\n", from);
    if (line < 0) return null;
    const count = Number(this.text.slice(from + 1, line));
    let end = line + 2;
    if (this.text[from] === "$") {
      if (count < 0) return { value: null, end };
      return this.text.length < end + count + 2
        ? null
        : { value: this.text.slice(end, end + count), end: end + count + 2 };
    }
    const value = [];
    for (let i = 0; i < count; i++) {
      const part = this.parse(end);
      if (!part) return null;
      value.push(part.value);
      end = part.end;
    }
    return { value, end };
  }

  hGet(key, field) {
    return this.call("HGET", key, field);
  }

  async hGetAll(key) {
    const flat = await this.call("HGETALL", key);
    return Object.fromEntries(flat.flatMap((name, i) => (i % 2 ? [] : [[name, flat[i + 1]]])));
  }
}

const rows = new Rows(new Client(Number(process.argv[3])), "shop.product", (gen) => `product:${gen}:`, 200);
let newest = "";
let reads = 0;
for (;;) {
  const row = await rows.find("1");
  reads++;
  if (row === null || row._v < newest) {
    console.error(`read ${JSON.stringify(row)} after version ${newest}`);
    process.exit(1);
  }
  newest = row._v;
  if (row.price === "99.00") break;
}
if ((await rows.find("2")) !== null) process.exit(2);
console.log(reads);
process.exit(0);
