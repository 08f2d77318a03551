"""What a page is to those who listen to it: the structure tree of tagged PDF (ISO 32000-1, 14.7 and 14.8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from courses.certificates.lettering import Role, Words
from courses.certificates.splicing.objects import Objects, decimal, references, string

TAGS: dict[Role, str] = {"title": "H1", "text": "P", "issuer": "P", "label": "Lbl", "value": "LBody"}


@dataclass(frozen=True)
class Marked:
    """A piece of a page's content."""

    page: int
    mark: int


@dataclass(eq=False)
class Element:
    """A node; `entries` are further ones of its dictionary."""

    tag: str
    kids: list[Element | Marked] = field(default_factory=list)
    entries: str = ""


def reading(page: int, language: str, words: Sequence[Words]) -> list[Element]:
    """The elements of a page's words, each marked by its place; labels with their values make a list."""
    elements: list[Element] = []
    for mark, one in enumerate(words):
        lang = f"/Lang({one.language})" if one.language not in ("", language) else ""
        if one.role in ("label", "value"):
            _listed(elements, Marked(page, mark), one.role)
        else:
            elements.append(Element(TAGS[one.role], [Marked(page, mark)], lang))
    return elements


def _listed(elements: list[Element], marked: Marked, role: Role) -> None:
    """Into the list at the end, or a new one."""
    if not elements or elements[-1].tag != "L":
        elements.append(Element("L", entries="/A<</O/List/ListNumbering/None>>"))
    items, tag = elements[-1].kids, TAGS[role]
    last = items[-1] if items else None
    if not isinstance(last, Element) or _holds(last, "LBody"):
        last = Element("LI")
        items.append(last)
    if not _holds(last, tag):
        last.kids.append(Element(tag))
    part = last.kids[-1]
    assert isinstance(part, Element)
    part.kids.append(marked)


def _holds(item: Element, tag: str) -> bool:
    return any(isinstance(kid, Element) and kid.tag == tag for kid in item.kids)


def figure(page: int, mark: int, alt: str, box: Sequence[float]) -> Element:
    """A picture; what it shows in words, and its edges in points."""
    edges = " ".join(map(decimal, box))
    said = f"/Alt{string(alt)}/A<</O/Layout/Placement/Block/BBox[{edges}]>>"
    return Element("Figure", [Marked(page, mark)], said)


def put(objects: Objects, elements: list[Element], pages: Sequence[int], widget: int) -> int:
    """Write the tree, the signature's field at its end; the number of its root. `pages` and `widget` are numbers.

    Each page says by `/StructParents` its place among the pages, the field by `/StructParent` their number.
    """
    root = objects.reserve()
    document = Element("Document", [*elements])
    numbers = {element: objects.reserve() for element in _every(document)}
    form = objects.reserve()
    parents: list[dict[int, int]] = [{} for _ in pages]
    for element, above in _family(document):
        for kid in element.kids:
            if isinstance(kid, Marked):
                parents[kid.page][kid.mark] = numbers[element]
        kids = [_kid(kid, numbers, pages) for kid in element.kids]
        if element is document:
            kids.append(f"{form} 0 R")
        parent = numbers[above] if above else root
        inside = f"/S/{element.tag}/P {parent} 0 R{element.entries}/K[{' '.join(kids)}]"
        objects.put(f"<</Type/StructElem{inside}>>".encode(), numbers[element])
    annotation = f"/S/Form/P {numbers[document]} 0 R/Pg {pages[0]} 0 R/K<</Type/OBJR/Obj {widget} 0 R>>"
    objects.put(f"<</Type/StructElem{annotation}>>".encode(), form)
    found = "".join(f"{n}{references(of[mark] for mark in range(len(of)))}" for n, of in enumerate(parents))
    tree = objects.put(f"<</Nums[{found}{len(pages)} {form} 0 R]>>".encode())
    end = f"/K {numbers[document]} 0 R/ParentTree {tree} 0 R/ParentTreeNextKey {len(pages) + 1}"
    return objects.put(f"<</Type/StructTreeRoot{end}>>".encode(), root)


def _kid(kid: Element | Marked, numbers: dict[Element, int], pages: Sequence[int]) -> str:
    if isinstance(kid, Marked):
        return f"<</Type/MCR/Pg {pages[kid.page]} 0 R/MCID {kid.mark}>>"
    return f"{numbers[kid]} 0 R"


def _every(element: Element) -> Iterator[Element]:
    for found, _ in _family(element):
        yield found


def _family(element: Element, above: Element | None = None) -> Iterator[tuple[Element, Element | None]]:
    """Each element with the one above it."""
    yield element, above
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _family(kid, element)
