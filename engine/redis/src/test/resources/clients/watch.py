# Reads a row until it has the last price; fails when the row is missing or goes back.
import socket, sys
sys.path.insert(0, sys.argv[1])
from rows import Rows


class Redis:
    """As much of redis-py as the recipe needs."""

    def __init__(self, port):
        self.file = socket.create_connection(("127.0.0.1", port)).makefile("rwb")

    def call(self, *arguments):
        self.file.write(b"*%d\r\n" % len(arguments))
        for argument in arguments:
            self.file.write(b"$%d\r\n%s\r\n" % (len(argument), argument.encode()))
        self.file.flush()
        return self.answer()

    def answer(self):
        line = self.file.readline()
        count = int(line[1:])
        if line[:1] == b"*":
            return [self.answer() for _ in range(count)]
        return None if count < 0 else self.file.read(count + 2)[:-2].decode()

    def hget(self, key, field):
        return self.call("HGET", key, field)

    def hgetall(self, key):
        flat = self.call("HGETALL", key)
        return dict(zip(flat[::2], flat[1::2]))


rows = Rows(Redis(int(sys.argv[2])), "shop.product", lambda gen: f"product:{gen}:", 0.2)
newest, reads = "", 0
while True:
    row = rows.find("1")
    reads += 1
    if row is None or row["_v"] < newest:
        sys.exit(f"read {row} after version {newest}")
    newest = row["_v"]
    if row["price"] == "99.00":
        break
if rows.find("2") is not None:
    sys.exit("found what is not there")
print(reads)
