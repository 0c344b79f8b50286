"""Archives that are the same bytes on every run: no times, owners or names of this host."""
import io
import tarfile
import zlib

LEVEL = 9


def gzip_member(raw):
    """One gzip member without a name and without a time."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    body = packer.compress(raw) + packer.flush()
    tail = zlib.crc32(raw).to_bytes(4, "little") + len(raw).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + body + tail


def header(name, size, mtime, mode=0o600, folder=False):
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, mtime, mode
    info.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
    return info.tobuf(tarfile.USTAR_FORMAT)


def padded(content):
    return content + b"\0" * (-len(content) % 512)


def bundle(top, members, mtime):
    """Ours: the header of each member in a gzip member of its own, its content in another."""
    out = io.BytesIO()
    for name, content in members:
        out.write(gzip_member(header("%s/%s" % (top, name), len(content), mtime)))
        if content:
            out.write(gzip_member(padded(content)))
    out.write(gzip_member(b"\0" * 1024))
    return out.getvalue()


def apple(top, members, mtime):
    """Apple's: one gzip member, folders listed before what is in them. A name that ends with a
    slash is a folder."""
    out = io.BytesIO()
    out.write(header(top + "/", 0, mtime, 0o755, True))
    for name, content in members:
        folder = name.endswith("/")
        out.write(header("%s/%s" % (top, name), len(content), mtime, 0o755 if folder else 0o644,
                         folder))
        out.write(padded(content))
    out.write(b"\0" * 1024)
    return gzip_member(out.getvalue())
