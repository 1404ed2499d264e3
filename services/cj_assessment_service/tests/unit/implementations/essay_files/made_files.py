"""Files made on the fly, in the formats people hand in."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from odf.opendocument import OpenDocumentText
from odf.teletype import addTextToElement
from odf.text import P
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter

SWEDISH = "Åsa åt en smörgås på ön, äntligen."
GERMAN = "Größe ist nicht alles, übrigens."

CellValue = str | int | float | date | None

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_document(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def word_document_of_xml(body: str) -> bytes:
    """A Word document whose body is the given XML (prefix `w`)."""
    part = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    return with_part(word_document(), "word/document.xml", part)


def open_document(*paragraphs: str) -> bytes:
    document = OpenDocumentText()
    for paragraph in paragraphs:
        element = P()
        addTextToElement(element, paragraph)
        document.text.addElement(element)
    target = BytesIO()
    document.write(target)
    return target.getvalue()


def open_document_of_xml(body: str) -> bytes:
    """An OpenDocument text whose `office:text` is the given XML (prefixes `office`, `text`, `table`)."""
    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{oasis}:{name}:1.0"' for name in ("office", "text", "table"))
    part = f"<office:document-content {names}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return with_part(open_document(), "content.xml", part)


def pdf(*pages: str, picture: bool = False, to_unicode: str = "") -> bytes:
    """A PDF of Western text, one page each; with `picture`, pages without text show one. `to_unicode` maps its signs."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding %s >>"
        % (b"/ToUnicode 5 0 R" if to_unicode else b""),
        _stream(
            b"0",
            b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
        _stream(to_unicode.encode()),
    ]
    kids = []
    for text in pages:
        objects.append(_stream(_shown(text) if text else b"/I1 Do" if picture else b""))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s %s >> >>"
            % (
                len(objects),
                b"/Font << /F1 3 0 R >>",
                b"/XObject << /I1 4 0 R >>" if picture and not text else b"",
            )
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return _pdf_file(objects)


def _shown(text: str) -> bytes:
    lines = text.encode("cp1252").replace(b"(", rb"\(").replace(b")", rb"\)").split(b"\n")
    return b"BT /F1 12 Tf 14 TL 50 700 Td " + b" T* ".join(b"(" + line + b") Tj" for line in lines) + b" ET"


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(content))
    return content + head + table + tail


def locked_pdf(text: str, password: str, algorithm: str = "AES-256") -> bytes:
    """A PDF that needs `password`; an empty one restricts only what may be done with it."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(text))))
    writer.encrypt(password, owner_password=f"{password} of the owner", algorithm=algorithm)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def workbook(*sheets: Sequence[Sequence[CellValue]]) -> bytes:
    """One sheet for each sequence of rows."""
    book = Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        for row in rows:
            sheet.append(list(row))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return target.getvalue()


def with_part(package: bytes, name: str, part: str) -> bytes:
    """The package with one part replaced or added."""
    with ZipFile(BytesIO(package)) as opened:
        files = {each: opened.read(each) for each in opened.namelist()}
    return archive(files | {name: part.encode()})
