"""Office documents for the tests, written by other libraries than the one that reads them, and spoiled by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
import odfdo
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def word(texts: Sequence[str], *, title: str = "", inserted: str = "", deleted: str = "", rows: int = 0) -> bytes:
    """A .docx; ``inserted`` and ``deleted`` are tracked changes at the end of its last paragraph."""
    document = docx.Document()
    if title:
        document.add_heading(title, level=0)
    for text in texts:
        document.add_paragraph(text)
    last = document.paragraphs[-1]._p
    if inserted:
        last.append(parse_xml(f"<w:ins {nsdecls('w')} w:id='1' w:author='x'><w:r><w:t>{inserted}</w:t></w:r></w:ins>"))
    if deleted:
        change = f"<w:del {nsdecls('w')} w:id='2' w:author='x'><w:r><w:delText>{deleted}</w:delText></w:r></w:del>"
        last.append(parse_xml(change))
    if rows:
        table = document.add_table(rows, 2)
        for n in range(rows):
            table.cell(n, 0).text, table.cell(n, 1).text = f"year {2020 + n}", f"{n} accidents"
    document.sections[0].header.paragraphs[0].text = "Running head"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def opendocument(texts: Sequence[str], *, title: str = "", note: str = "") -> bytes:
    """An .odt; ``note`` is a comment in its last paragraph."""
    document = odfdo.Document("text")
    document.body.clear()
    if title:
        document.body.append(odfdo.Paragraph(title, style="Title"))
    for text in texts:
        document.body.append(odfdo.Paragraph(text))
    if note:
        document.body.get_paragraphs()[-1].insert_annotation(after=texts[-1].split()[0], body=note, creator="an editor")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The archive with one part in place of another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == name else old.read(info))
        if name not in old.namelist():
            new.writestr(name, content)
    return out.getvalue()
