"""Golden conversations: the text files beside this one, played again line by line. `pytest --update` rewrites them."""

from pathlib import Path

import pytest

from tests.transcripts.stage import play

FILES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_conversation_reads_as_it_did(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    golden = file.read_text("utf-8")
    played = play(golden, tmp_path / "school")
    if request.config.getoption("--update"):
        file.write_text(played, "utf-8")
        return
    assert played.splitlines() == golden.splitlines()


def test_there_are_conversations() -> None:
    assert len(FILES) >= 20
