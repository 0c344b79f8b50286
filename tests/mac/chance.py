"""Chance that is the same everywhere: random.Random promises that only for its plainest method."""
import hashlib

MASK = (1 << 64) - 1


class Chance:
    """A stream of numbers that its seed decides (splitmix64). fork() gives one of its own to each
    thing that has a name, so that what is added later does not move what was there."""

    def __init__(self, *seed):
        text = "\0".join(str(part) for part in seed).encode("utf-8", "surrogateescape")
        self.seed = seed
        self.state = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")

    def fork(self, *label):
        return Chance(*self.seed, *label)

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, limit):
        return self.next() % limit

    def between(self, least, most):
        return least + self.below(most - least + 1)

    def percent(self, percent):
        return self.below(100) < percent

    def pick(self, things):
        return things[self.below(len(things))]

    def shuffled(self, things):
        out = list(things)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out

    def some(self, things, count):
        return self.shuffled(things)[:count]

    def around(self, value, percent):
        """The value, more or less by up to so many percent."""
        span = value * percent // 100
        return value - span + self.below(2 * span + 1)

    def hex(self, digits):
        return hashlib.sha256(b"%d" % self.next()).hexdigest()[:digits]

    def uuid(self):
        h = self.hex(32).upper()
        return "-".join([h[:8], h[8:12], "4" + h[13:16], "A" + h[17:20], h[20:]])
