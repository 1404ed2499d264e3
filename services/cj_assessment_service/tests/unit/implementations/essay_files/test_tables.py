"""Tables of both kinds give the same rows."""

import warnings
from datetime import date
from pathlib import Path

import pytest

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.essay_files.tables import TableRow, read_table
from cj_assessment_service.tests.unit.implementations.essay_files.made_files import (
    GERMAN,
    SWEDISH,
    CellValue,
    with_part,
    workbook,
)


def read(path: Path, content: bytes) -> tuple[TableRow, ...]:
    path.write_bytes(content)
    return read_table(path, required=("id", "text"), optional=("name",))


def read_csv(folder: Path, text: str, encoding: str = "utf-8") -> tuple[TableRow, ...]:
    return read(folder / "essays.csv", text.encode(encoding))


def read_xlsx(folder: Path, *rows: tuple[CellValue, ...]) -> tuple[TableRow, ...]:
    return read(folder / "essays.xlsx", workbook(rows))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_with_every_usual_delimiter_and_encoding(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    lines = (("Text", " ID ", "other"), (f'"{SWEDISH}; ""citat"",\r\nrad"', "å1", ""))
    rows = read_csv(tmp_path, "\r\n".join(delimiter.join(line) for line in lines), encoding)
    assert [(row.cell("id"), row.cell("text")) for row in rows] == [("å1", f'{SWEDISH}; "citat",\nrad')]


def test_rows_are_numbered_as_in_a_spreadsheet_and_blank_ones_skipped(tmp_path: Path) -> None:
    rows = read_csv(tmp_path, 'id,text\n1,"two\nlines"\n\n ,\n2,b\n')
    assert [(row.cell("id"), row.where) for row in rows] == [
        ("1", "essays.csv, row 2"),
        ("2", "essays.csv, row 5"),
    ]


def test_an_empty_first_column_moves_no_cell(tmp_path: Path) -> None:
    (row,) = read_csv(tmp_path, "\n\tid\ttext\t\r\tå1\tabc\t\r")
    assert (row.number, row.cell("id"), row.cell("text")) == (3, "å1", "abc")


def test_xlsx_rows_have_the_same_numbers(tmp_path: Path) -> None:
    rows = read_xlsx(tmp_path, ("id", "text"), ("1", "a"), (None, None), ("2", "b"))
    assert [row.number for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (1.5, "1.5"),
        (" a1 ", "a1"),
        (date(2024, 5, 17), "2024-05-17"),
        (None, ""),
        ("rad_x000D_\nrad", "rad\nrad"),
    ],
)
def test_a_cell_of_a_workbook_becomes_what_people_see(tmp_path: Path, value: CellValue, text: str) -> None:
    (row,) = read_xlsx(tmp_path, ("id", "text"), (value, SWEDISH))
    assert row.cell("id") == text


def test_the_sheet_with_the_columns_is_found(tmp_path: Path) -> None:
    content = workbook([("Read me",)], [("text", "id"), (GERMAN, 7)])
    (row,) = read(tmp_path / "essays.xlsx", content)
    assert (row.cell("id"), row.cell("text")) == ("7", GERMAN)


def test_a_wrong_sheet_size_hides_no_cells(tmp_path: Path) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>text</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>kept</t></is></c></row></sheetData></worksheet>'
    )
    (row,) = read(tmp_path / "essays.xlsx", with_part(workbook([("x",)]), "xl/worksheets/sheet1.xml", sheet))
    assert row.cell("text") == "kept"


def test_what_openpyxl_warns_of_stays_inside(tmp_path: Path) -> None:
    bare = '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    content = with_part(workbook([("id", "text"), (1, SWEDISH)]), "xl/styles.xml", bare)
    with warnings.catch_warnings(record=True) as caught:
        assert len(read(tmp_path / "essays.xlsx", content)) == 1
    assert not caught


def test_a_row_with_too_many_cells_is_marked_not_cut(tmp_path: Path) -> None:
    (row,) = read_csv(tmp_path, "id,text\n1,Well, I think so\n")
    assert row.problem is not None
    assert str(row.problem) == (
        "essays.csv, row 2: The row has 3 cells, but the header names 2. "
        "Write texts that hold commas between quotation marks."
    )


def test_empty_cells_at_the_end_of_a_row_do_no_harm(tmp_path: Path) -> None:
    (row,) = read_csv(tmp_path, "id;text\n1;Well, I think so;;\n")
    assert row.problem is None


def test_a_quotation_mark_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="after row 2: a quotation mark"):
        read_csv(tmp_path, 'id,text\n1,fine\n2,"open\n3,lost\n')


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "No row of it names columns. Give it a first row with the columns `id` and `text`"),
        (
            "item,cefr,text\n1,A1,x\n",
            "names the columns `item`, `cefr`, `text`. Name the columns `id` and `text` there",
        ),
        ("item;text\n1;x\n", "names the columns `item`, `text`"),
        ("id,text,Text\n1,x,y\n", "The column text occurs more than once"),
    ],
)
def test_a_header_that_does_not_fit_is_refused_with_the_remedy(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InputRejected) as rejected:
        read_csv(tmp_path, text)
    assert what in str(rejected.value)


@pytest.mark.parametrize("content", [b"id,text\n1,a\n", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputRejected, match=r"^essays\.xlsx: "):
        read(tmp_path / "essays.xlsx", content)
