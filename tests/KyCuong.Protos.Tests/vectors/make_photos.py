#!/usr/bin/env python3
"""Pictures as Pillow writes them: small files of each kind that a person may bring, and some that are none.

    python3 make_photos.py > photos.txt
"""
import io
import struct
import zlib

from PIL import Image, __version__


def picture(width, height, mode="L"):
    return Image.new(mode, (width, height), 200 if mode == "L" else (200, 120, 90))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


jpeg = saved(picture(120, 160), "JPEG", quality=5)
thumbnail = saved(picture(16, 12), "JPEG", quality=5)
with_thumbnail = saved(picture(130, 170), "JPEG", quality=5, exif=b"Exif\x00\x00" + thumbnail)
png = saved(picture(100, 101), "PNG", optimize=True)
end_of_thumbnail = with_thumbnail.index(b"\xff\xd9") + 2
ROWS = [
    ("grey JPEG", jpeg, "jpeg 120 160"),
    ("colour JPEG, progressive", saved(picture(200, 150, "RGB"), "JPEG", quality=5, progressive=True), "jpeg 200 150"),
    ("JPEG with another JPEG in its EXIF segment", with_thumbnail, "jpeg 130 170"),
    ("JPEG with fill bytes before a marker", jpeg[:2] + b"\xff\xff" + jpeg[2:], "jpeg 120 160"),
    ("JPEG and what a camera wrote after its end", jpeg + bytes(7), "jpeg 120 160"),
    ("grey PNG", png, "png 100 101"),
    ("colour PNG", saved(picture(300, 2, "RGB"), "PNG", optimize=True), "png 300 2"),
    ("JPEG cut off before its end", jpeg[:-2], "none"),
    ("JPEG cut off after the end of the one in its EXIF segment", with_thumbnail[:end_of_thumbnail + 200], "none"),
    ("JPEG cut off in its frame header", jpeg[:jpeg.index(b"\xff\xc0") + 6], "none"),
    ("JPEG whose height is said to come later", jpeg.replace(b"\xff\xc0\x00\x0b\x08\x00\xa0", b"\xff\xc0\x00\x0b\x08\x00\x00"), "none"),
    ("PNG cut off before its end", png[:-6], "none"),
    ("PNG that does not begin with IHDR", png[:8] + png_chunk(b"tEXt", b"a\x00b") + png[8:], "none"),
    ("PNG without width", png[:16] + bytes(4) + png[20:], "none"),
    ("GIF", saved(picture(100, 100), "GIF"), "none"),
    ("BMP", saved(picture(9, 9), "BMP"), "none"),
    ("WebP", saved(picture(100, 100, "RGB"), "WEBP", quality=1), "none"),
    ("text", "không phải ảnh".encode(), "none"),
    ("two bytes", b"\xff\xd8", "none"),
    ("nothing but fill bytes", b"\xff\xd8" + b"\xff" * 40, "none"),
]
print(f"# What it is | file | what it says of itself. Written by make_photos.py with Pillow {__version__}.")
for name, data, expected in ROWS:
    print(f"{name} | {data.hex()} | {expected}")
