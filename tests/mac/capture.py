"""One look at a Mac: its books, the boot that numbered them, the moment, and as whom."""
import calendar
import time
from dataclasses import dataclass

from boot import Boot
from kernel import Books

KERNEL_UUID = "6D1B8A04-53C7-3E19-9A42-0C7F5B3E18D6"


@dataclass
class Capture:
    books: Books
    boot: Boot
    taken_s: int
    label: str = ""
    root: bool = True
    machine: str = "samples"
    model: str = "Mac15,6"
    cpus: int = 12

    def __post_init__(self):
        self.boot.admit(self.books, self.taken_s)

    @property
    def uptime_s(self):
        return self.taken_s - self.boot.started_s

    def pid(self, process):
        return self.boot.pids[process.key]

    def time(self, form, seconds=None):
        """As strftime, and {day} and {hour} (of 12) without a zero before them."""
        when = time.gmtime(self.taken_s if seconds is None else seconds)
        form = form.format(day=when.tm_mday, hour=(when.tm_hour + 11) % 12 + 1)
        return time.strftime(form, when)


def at(text):
    """Seconds since the epoch of "2025-11-12 09:14:22", UTC."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S"))
