"""`mini` to the letter: sentences worked by hand, and a checksum over splits of every task."""

import datetime
import hashlib
import re
from pathlib import Path

import pytest

from crosslift.data.mini import TASKS, build
from crosslift.data.mini.events import Event
from crosslift.data.mini.frames import load_frames
from crosslift.data.mini.language import load_language
from crosslift.data.mini.rendering import report, statement

# SHA-256 over the rows, as JSON, of twelve examples of every task and split in every language.
# It changes with any change of words or of the generator, and should then be renewed by reading
# what this test prints; results computed before are no longer comparable.
CHECKSUM = "fc00fd6f6ef65fca9a3ccc8f4d2023437c8847aef585ab5db9ab7723f3e451ff"

EVENT = Event(load_frames()["lease"], "berlin", datetime.date(2021, 5, 3), 47, 1240, 2500)

# Written out by hand from the templates and the conventions of each language (CLDR).
LEASES = {
    "en": "In the lease of 3 May 2021, the tenant in Berlin agreed to a rent of 1,240 euros and "
    "a deposit of 2,500 euros.",
    "de": "Im Mietvertrag vom 3. Mai 2021 vereinbarte der Mieter in Berlin eine Miete von "
    "1.240 Euro und eine Kaution von 2.500 Euro.",
    "es": "En el contrato de alquiler firmado en Berlín el 3 de mayo de 2021, el inquilino aceptó "
    "un alquiler de 1.240 euros y una fianza de 2.500 euros.",
    "tr": "Berlin'de 3 Mayıs 2021 tarihinde imzalanan kira sözleşmesine göre aylık kira "
    "1.240 Euro, depozito ise 2.500 Euro.",
    "sw": "Katika mkataba wa upangaji uliotiwa saini mjini Berlin tarehe 3 Mei 2021, kodi ni "
    "yuro 1,240 na amana ni yuro 2,500.",
    "ru": "По договору аренды, подписанному в Берлине 3 мая 2021 года, плата составляет "
    "1\u00a0240 евро в месяц, а залог — 2\u00a0500 евро.",
    "el": "Στο μισθωτήριο που υπογράφτηκε στο Βερολίνο στις 3 Μαΐου 2021, το ενοίκιο ορίστηκε σε "
    "1.240 ευρώ και η εγγύηση σε 2.500 ευρώ.",
    "ar": "في عقد الإيجار الموقّع في برلين بتاريخ 3 مايو 2021، حُدّد الإيجار بمبلغ 1,240 يورو "
    "والتأمين بمبلغ 2,500 يورو.",
    "hi": "3 मई 2021 को बर्लिन में हुए किराया अनुबंध के अनुसार किराया 1,240 यूरो और ज़मानत राशि 2,500 यूरो है।",
    "zh": "在2021年5月3日的租约中，柏林的租客同意支付租金1,240欧元和押金2,500欧元。",
}

REPORTS = {
    "en": "Berlin, 3 May 2021 – The landlord terminated the lease.",
    "ru": "Берлин, 3 мая 2021 года. Хозяин расторг договор аренды.",
    "ar": "برلين، 3 مايو 2021 – أنهى المالك عقد الإيجار.",
    "zh": "柏林，2021年5月3日：房东解除了租约。",
}


@pytest.mark.parametrize("code", LEASES)
def test_a_lease_reads_as_worked_by_hand(code):
    assert statement(EVENT, load_language(code)).text == LEASES[code]


@pytest.mark.parametrize("code", REPORTS)
def test_a_report_reads_as_worked_by_hand(code):
    language = load_language(code)
    effect = language.frames["lease"].effect[0]
    assert report(effect, EVENT, language).text == REPORTS[code]


def test_the_same_arguments_give_the_same_bytes_on_every_machine():
    digest = hashlib.sha256()
    for name, task in TASKS.items():
        for split in ("train", "dev", "test"):
            languages = task.languages if split == "test" else ["en"]
            table = build(name, split, languages, 12)
            digest.update(table.to_json(orient="records", force_ascii=False).encode())
    assert digest.hexdigest() == CHECKSUM


@pytest.mark.parametrize("task", [name for name, task in TASKS.items() if task.is_target])
def test_the_examples_in_the_documentation_are_what_the_generator_writes(task):
    page = (Path(__file__).parents[2] / "docs" / "mini.md").read_text(encoding="utf-8")
    for code in {"en", "ru"} & set(TASKS[task].languages):
        rows = build(task, "test", [code], 4).to_dict("records")
        shown = [row for row in rows if str(row.get("context") or row.get("text")) in page]
        if task == "mini-tagging":
            text = re.sub(r"\[([^\]]+)\]\([A-Z]+\)", r"\1", page)
            shown = [row for row in rows if " ".join(row["tokens"]) in text]
        assert shown, code
