"""Archives from outside: what is unpacked, and what is refused with a reason."""

import gzip
import io
import tarfile

import pytest

from litreview.parsing import archives
from litreview.parsing.archives import RefusedSource, gunzipped, unpack_source

TEX = rb"\documentclass{article}"


def tar(*members: tuple[tarfile.TarInfo, bytes], compress: bool = True) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if compress else "w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def member(name: str, content: bytes = TEX, kind: bytes = tarfile.REGTYPE, target: str = ""):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    return info, content if kind == tarfile.REGTYPE else b""


def test_only_latex_files_are_taken_from_an_archive():
    body = tar(
        member("ms.tex"),
        member("fig/plot.pdf", b"%PDF"),
        member("sec/a.TEX", b"\\a"),
        member("ms.bbl", b"\\bibitem{a}"),
    )
    assert unpack_source(body) == {"ms.tex": TEX, "sec/a.TEX": b"\\a", "ms.bbl": b"\\bibitem{a}"}


def test_a_tar_without_compression_is_unpacked():
    assert unpack_source(tar(member("ms.tex"), compress=False)) == {"ms.tex": TEX}


def test_a_single_file_is_called_main():
    assert unpack_source(gzip.compress(TEX)) == {"main.tex": TEX}
    assert unpack_source(TEX) == {"main.tex": TEX}


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        (member("../../etc/cron.d/x.tex"), "leaves the archive"),
        (member("a/../../x.tex"), "leaves the archive"),
        (member("/etc/passwd.tex"), "leaves the archive"),
        (member("C:/x.tex"), "leaves the archive"),
        (member("a\\..\\x.tex"), "leaves the archive"),
        (member("x.tex", kind=tarfile.SYMTYPE, target="/etc/passwd"), "is a link"),
        (member("x.tex", kind=tarfile.LNKTYPE, target="ms.tex"), "is a link"),
        (member("dev", kind=tarfile.CHRTYPE), "device"),
        (member("dev", kind=tarfile.BLKTYPE), "device"),
        (member("pipe", kind=tarfile.FIFOTYPE), "device"),
    ],
)
def test_a_hostile_member_makes_the_whole_archive_refused(info, reason):
    with pytest.raises(RefusedSource, match=reason):
        unpack_source(tar(member("ms.tex"), info))


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    with pytest.raises(RefusedSource, match="more than 10 members"):
        unpack_source(tar(*[member(f"{n}.tex") for n in range(11)]))


def test_members_that_add_up_to_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 100_000)
    with pytest.raises(RefusedSource, match="100000 bytes"):
        unpack_source(tar(*[member(f"{n}.png", bytes(30_000)) for n in range(4)], compress=False))


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(RefusedSource, match="1000000 bytes"):
        unpack_source(tar(member("ms.tex"), member("zeros.png", bytes(20_000_000))))


def test_one_huge_latex_file_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_TEXT_FILE", 1_000)
    with pytest.raises(RefusedSource, match="larger than 1000"):
        unpack_source(tar(member("ms.tex", TEX * 100)))
    with pytest.raises(RefusedSource, match="larger than 1000"):
        unpack_source(gzip.compress(TEX * 100))


def test_a_huge_bibliography_is_left_out(monkeypatch):
    monkeypatch.setattr(archives, "MAX_TEXT_FILE", 1_000)
    body = tar(member("ms.tex"), member("all.bib", b"@book{a, x}" * 1_000))
    assert unpack_source(body) == {"ms.tex": TEX}


def test_what_was_compressed_twice_is_unpacked_and_a_deeper_nest_is_refused():
    body = TEX
    for _ in range(archives.MAX_LAYERS):
        body = gzip.compress(body)
    assert unpack_source(body) == {"main.tex": TEX}
    assert gunzipped(body) == TEX
    with pytest.raises(RefusedSource, match="more than 3 times"):
        unpack_source(gzip.compress(body))


def test_a_nested_gzip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000_000)
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    for unpack in (unpack_source, gunzipped):
        with pytest.raises(RefusedSource, match="1000000 bytes"):
            unpack(bomb)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x1f\x8b",
        b"\x1f\x8bnonsense",
        gzip.compress(TEX * 50)[:-20],
        tar(member("ms.tex", TEX * 5_000))[:-40],
        tar(member("ms.tex", TEX * 5_000), compress=False)[:2_000],
        b"plain words",
        bytes(5_000),
        gzip.compress(b"plain words"),
        tar(member("readme.md", b"no LaTeX here")),
    ],
)
def test_what_is_damaged_or_not_latex_is_refused(body):
    with pytest.raises(RefusedSource):
        unpack_source(body)
