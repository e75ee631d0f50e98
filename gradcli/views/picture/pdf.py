"""Pictures as PDF: the SVG of each set on a page of its size by Typst, in the extra ``pdf``.

Lines stay lines and text stays text, which can be searched. Typst brings fonts of its own for where
a system has none, with every sign of a formula; the smaller libraries that were tried, fpdf2 and
svglib, take nearly as much room with what they need, and bring none: they refuse or leave out a ∂.
"""

from __future__ import annotations

import json

from gradcli.views.picture.extras import check

_PAGES = b"""#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#for (at, picture) in json(bytes(sys.inputs.pictures)).enumerate() {
  if at > 0 { pagebreak() }
  image(bytes(picture), format: "svg")
}"""


def render(*pictures: str) -> bytes:
    """The bytes of a PDF file, a page for each picture.

    Args:
        pictures: SVG with colours in its attributes.

    Raises:
        UsageError: Typst is not installed.
    """
    check(".pdf")
    import typst  # noqa: PLC0415  (an extra)

    return bytes(typst.compile(_PAGES, format="pdf", sys_inputs={"pictures": json.dumps(pictures)}))
