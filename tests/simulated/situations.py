"""All that can happen to wirecap on a Mac, a Case each."""
import of_machines
import of_processes
import of_tools
import of_trouble

GROUPS = [
    of_machines.releases, of_machines.breakdowns, of_machines.samples, of_machines.versions,
    of_machines.variables, of_tools.tools, of_processes.ports, of_processes.going,
    of_processes.refusals, of_processes.submaps, of_processes.sizes, of_trouble.trouble]


def all_cases():
    for group in GROUPS:
        yield from group()
