"""One situation of wirecap on a Mac: what a Case is, and words to write them with.

What a case does not say is as on a quiet day: exit status 0, all members as rendered from the
books, all sources ok but those that this release or user cannot read.
"""
from dataclasses import dataclass, field
from typing import Callable

import render


@dataclass
class Case:
    name: str
    capture: object
    change: Callable = lambda scenario: None  # what is wrong with this Mac
    arguments: tuple = ("--full",)
    code: int = 0
    said: str = ""      # on standard error
    sources: dict = field(default_factory=dict)  # member: its status, or that and part of its note
    other: tuple = ()   # members that are there, and not as rendered
    calls: dict = field(default_factory=dict)    # function: how often it was called
    check: Callable = lambda run: ()             # lines about what else is wrong
    notes: tuple = ()   # parts of what the readers may remark
    is_stuck: bool = False  # a thread is, and ends with the program: nobody counts its calls
    interrupted: bool = False  # while a tool runs
    file_bytes: int = 0  # a disk that is full after so many


# ---- changes of a scenario, and what to look for -------------------------------------------------

def setting(key, value):
    def change(scenario):
        scenario.host[key] = value
    return change


def sysctl(*row):
    """A later row takes an earlier one's place."""
    return lambda scenario: scenario.sysctls.append(row)


def faults(table):
    return lambda scenario: scenario.faults.update(table)


def both(*changes):
    def change(scenario):
        for one in changes:
            one(scenario)
    return change


def on_process(capture, key, **values):
    """The process of the books gets other keys."""
    def change(scenario):
        pid = capture.pid(capture.books.process(key))
        scenario.process(pid).keys.update(values)
    return change


def everywhere(**values):
    def change(scenario):
        for process in scenario.processes:
            if process.keys["pid"] > 0 and "self" not in process.keys:
                process.keys.update(values)
    return change


def of_apps(**values):
    """Of all that is not the system's own."""
    def change(scenario):
        for process in scenario.processes:
            if process.keys["pid"] > 0 and not process.keys.get("platform"):
                process.keys.update(values)
    return change


def tool(command, output="", status="", remark=""):
    def change(scenario):
        scenario.commands = [row for row in scenario.commands
                             if row[0].split()[0] != command.split()[0]]
        scenario.add_tool(command, output, status, remark)
    return change


def rows_of(run, member, **wanted):
    return [row for row in run.table(member)
            if all(row[key] == str(value) for key, value in wanted.items())]


def processes_are(capture, key, **wanted):
    """What processes.tsv says of one process."""
    def check(run):
        pid = capture.pid(capture.books.process(key))
        row = rows_of(run, "processes.tsv", pid=pid)[0]
        for column, value in wanted.items():
            if row[column] != str(value):
                yield "process %s: %s is %s and not %s" % (key, column, row[column], value)
    return check


def all_of(*checks):
    return lambda run: [line for check in checks for line in check(run)]


def opened(capture):
    """How many processes are neither the system's own nor the kernel."""
    return sum(1 for process in capture.books.processes
               if not process.is_platform() and not process.kernel)


def maps_of(capture):
    return tuple(name for name, _ in render.members(capture) if name.startswith("vmmap/"))


def vmmap(capture, key):
    return "vmmap/%d.txt" % capture.pid(capture.books.process(key))


def tried(read, control):
    return {"task_read_for_pid": read, "task_for_pid": control}
