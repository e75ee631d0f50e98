"""A picture as PDF: its SVG set on a page of its size by Typst, which is in the extra ``pdf``.

Lines stay lines and text stays text, which can be searched. Typst brings fonts of its own for where
a system has none.
"""

from __future__ import annotations

from gradcli.errors import UsageError

_PAGE = b"""#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.picture), format: "svg")"""


def render(svg: str) -> bytes:
    """The bytes of a PDF file of one page.

    Args:
        svg: a picture with colours in its attributes.

    Raises:
        UsageError: Typst is not installed.
    """
    try:
        import typst  # noqa: PLC0415  (an extra)
    except ImportError:
        raise UsageError(
            "extra",
            "a PDF needs the package typst",
            hint="pip install 'gradcli[pdf]', or write an .svg",
        ) from None
    return bytes(typst.compile(_PAGE, format="pdf", sys_inputs={"picture": svg}))
