"""What does a page look like? Writes a page's pictures for the documentation, at phone and desk width.

    python -m tests.e2e.picture RUN/packages/ID.html docs/images/package

writes `docs/images/package-phone.png` and `docs/images/package-desk.png`, each under 300 kB.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

from tests.e2e.chromium import HOW, find_chromium, open_chromium

SIZES = {
    "phone": (390, 1500, 1.5),
    "desk": (1280, 1450, 1.0),
}  # width and most height in CSS pixels, pixels per CSS pixel
MOST_BYTES = 300_000


class PictureTooLarge(RuntimeError):
    """A picture is over the size that the documentation allows."""


def take_pictures(page_file: Path, target: Path) -> list[Path]:
    """Write the pictures of one page beside each other; returns their paths. Raises PictureTooLarge."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(HOW)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = []
    with open_chromium(chromium) as browser:
        for name, (width, height, scale) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
            page.goto(page_file.resolve().as_uri())
            page.evaluate("document.fonts.ready")
            path = target.with_name(f"{target.name}-{name}.png")
            long = min(height, page.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"))
            picture = pack_png(page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": long}))
            if len(picture) > MOST_BYTES:
                raise PictureTooLarge(f"{path} takes {len(picture):,} bytes; at most {MOST_BYTES:,} are allowed")
            path.write_bytes(picture)
            written.append(path)
            page.close()
    return written


def pack_png(png: bytes) -> bytes:
    """The same picture in fewer bytes: one image chunk, packed as hard as zlib can, no chunk that tells the time."""
    kept, image, at = [], b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            image += body
        elif kind in {b"IHDR", b"PLTE", b"tRNS"}:
            kept.append((kind, body))
        at += length + 12
    packed = zlib.compress(zlib.decompress(image), 9)
    chunks = [*kept, (b"IDAT", min(packed, image, key=len)), (b"IEND", b"")]
    return png[:8] + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


if __name__ == "__main__":
    for picture in take_pictures(Path(sys.argv[1]), Path(sys.argv[2])):
        print(picture)
