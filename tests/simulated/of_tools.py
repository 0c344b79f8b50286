"""Cases of the tools that are asked where the kernel says nothing: missing, failing, endless."""
from case import Case, both, faults, setting, tool
from machines import machine


def is_ended(run):
    note = run.sources()["kextstat.txt"]["note"]
    if "kmutil was interrupted" not in note:
        yield "kextstat.txt: %s" % note


def tools():
    kextstat, hang, empty = "kextstat.txt", {"status": "hang"}, machine(24)
    kmutil = "/usr/bin/kmutil showloaded"
    text = "".join("%5d    0 0xffffff7f80a3a000 0x1000     0x1000     com.example.k%d (1.0) "
                   "5E0A6E2B-0000-4000-A000-%012d <7 5>\n" % (n, n, n) for n in range(1, 9))
    text = ("Index Refs Address            Size       Wired      Name (Version) UUID "
            "<Linked Against>\n") + text
    old = tool("/usr/sbin/kextstat", text)

    def is_old(run):
        if run.text(kextstat) != text:
            yield "kextstat.txt is not what kextstat printed"
    by_kextstat = {kextstat: ("ok", "by /usr/sbin/kextstat")}
    yield Case("kmutil is missing", empty, both(tool(kmutil, status="missing"), old),
               sources=by_kextstat, other=(kextstat,), check=is_old)
    yield Case("kmutil fails", empty, both(tool(kmutil, "", 1, "an error\n"), old),
               sources=by_kextstat, other=(kextstat,), check=is_old)
    # What kextstat does is to ask kmutil.
    yield Case("kmutil hangs", empty, both(tool(kmutil, text[:100], **hang), old),
               sources={kextstat: ("timed out", "kmutil")}, other=(kextstat, "samples.tsv"))
    yield Case("interrupted while kmutil hangs", empty, tool(kmutil, text[:100], **hang),
               interrupted=True, code=2, said="interrupted", check=is_ended)
    yield Case("no tool lists extensions", empty, tool(kmutil, status="missing"),
               sources={kextstat: ("failed", "kmutil is not there")}, other=(kextstat,))
    yield Case("the kernel denies the extensions", machine(21),
               both(setting("kext_request", "denied"), tool(kmutil, text)), other=(kextstat,),
               sources={kextstat: ("ok", "by /usr/bin/kmutil")}, check=is_old)

    def is_bounded(run):
        if not 1 << 20 < len(run.members[kextstat]) <= 4 << 20:
            yield "kextstat.txt has %d bytes" % len(run.members[kextstat])
    yield Case("kmutil floods", empty, tool(kmutil, text * 4000, status="flood"),
               sources={kextstat: ("truncated", "by /usr/bin/kmutil")}, other=(kextstat,),
               check=is_bounded)
    system, list_them = "systemextensions.txt", "/usr/bin/systemextensionsctl list"
    yield Case("systemextensionsctl hangs", empty, tool(list_them, "1 extension(s)\n", **hang),
               sources={system: "timed out"}, other=(system, "samples.tsv"),
               notes=("fewer system extensions",))
    yield Case("systemextensionsctl fails", empty, tool(list_them, "", 3),
               sources={system: ("failed", "ended with 3")}, other=(system,))
    yield Case("no system extensions", empty, tool(list_them, status="missing"),
               sources={system: "absent"}, other=(system,))
    yield Case("no tool can be started", empty, faults({"posix_spawn": "EAGAIN"}),
               sources={kextstat: ("failed", "cannot be run"), system: "failed"},
               other=(kextstat, system))
