"""PDFs as newsrooms get them, drawn for the tests: columns, running heads, page numbers, words cut at line ends."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

SENTENCES = [
    "The council of Arden voted on Tuesday to close the old bridge for a year, the office of the mayor said.",
    "Engineers had found cracks in eleven of the twenty-four steel girders, according to a report of 3 March 2024.",
    "“We have no choice,” Mayor Ines Calder told reporters, adding that repairs would cost 12 million euros.",
    "Traffic will be sent through the northern tunnel, which carried fourteen thousand vehicles a day in 2023.",
    "Opponents of the plan announced that they would appeal against the decision before the regional court.",
]
FONT, SIZE, LEADING = "Times-Roman", 10, 13


def paragraphs(count: int) -> list[str]:
    """So many paragraphs, each of which begins with its number in words of its own."""
    return [f"Paragraph {n} of the report. {' '.join(SENTENCES[n % 5 :] + SENTENCES[: n % 5])}" for n in range(count)]


def lines(text: str, width: float, *, cut: bool = False) -> list[str]:
    """The text in lines of that width in points; with ``cut``, long words are hyphenated at line ends."""
    found, line = [], ""
    for word in text.split():
        candidate = f"{line} {word}".strip()
        if stringWidth(candidate, FONT, SIZE) <= width:
            line = candidate
            continue
        at = len(word) // 2
        start = f"{line} {word[:at]}-"
        if cut and len(word) > 8 and word.isalpha() and stringWidth(start, FONT, SIZE) <= width:
            found.append(start)
            line = word[at:]
        else:
            found.append(line)
            line = word
    return [*found, line]


def pdf(
    texts: Sequence[str],
    *,
    columns: int = 1,
    head: str = "",
    numbered: bool = False,
    title: str = "",
    cut: bool = False,
    interleaved: bool = False,
    password: str = "",
    info: dict[str, str] | None = None,
) -> bytes:
    """A PDF of these paragraphs. ``interleaved`` draws the columns row by row, as some programs do."""
    out = io.BytesIO()
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(out, pagesize=A4, encrypt=encryption)
    canvas.setTitle((info or {}).get("title", "untitled"))
    canvas.setAuthor((info or {}).get("author", "anonymous"))
    width = (A4[0] - 120 - 24 * (columns - 1)) / columns
    todo = [line for text in texts for line in [*lines(text, width, cut=cut), ""]]
    number = 0
    while todo or number == 0:
        number += 1
        top = A4[1] - 80
        if title and number == 1:
            canvas.setFont("Times-Bold", 20)
            canvas.drawString(60, top, title)
            top -= 40
        canvas.setFont(FONT, SIZE)
        if head:
            canvas.drawString(60, A4[1] - 40, head)
        if numbered:
            canvas.drawCentredString(A4[0] / 2, 36, f"Page {number}")
        drawn = []
        for column in range(columns):
            y = top
            while todo and y > 70:
                line = todo.pop(0)
                if line:
                    drawn.append((60 + column * (width + 24), y, line))
                y -= LEADING if line else LEADING / 2
        for x, y, line in sorted(drawn, key=lambda one: (-one[1], one[0])) if interleaved else drawn:
            canvas.drawString(x, y, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(pages: int = 2) -> bytes:
    """Pages that are pictures and hold no character."""
    from PIL import Image  # noqa: PLC0415
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for _ in range(pages):
        canvas.drawImage(ImageReader(Image.new("L", (200, 280), 230)), 0, 0, A4[0], A4[1])
        canvas.showPage()
    canvas.save()
    return out.getvalue()
