"""`cj demo`: the whole way, with essays that come with the package."""

from importlib.resources import as_file, files
from pathlib import Path

import click

from cj_assessment_service.cli.order import Order, carry_out
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.panels import Panel


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("cj-demo-results"),
    show_default=True,
    help="Folder for the results.",
)
@click.option("--json", "as_json", is_flag=True, help="Progress and outcome as JSON lines.")
def demo(out: Path, as_json: bool) -> None:
    """Assess 36 short English essays at six intended CEFR levels, written for this demo, with the offline judge."""
    with as_file(files("cj_assessment_service").joinpath("examples")) as examples:
        english = examples / "english"
        order = Order(
            essays=english / "essays",
            panel=Panel.of("offline"),
            out=out,
            anchors=english / "anchors.csv",
            scale="cefr",
            task=english / "task.md",
            rubric=english / "rubric.md",
            seed=7,
            language="en",
        )
        carry_out(order, talk_for(as_json))
