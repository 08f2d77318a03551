"""What a process of its own does for `certificates`: `python -m scripts.benchmarks.certificates_work KIND COUNT`.

It gets ready, says so, waits for a line, works, and prints a JSON object: seconds by the clock and of computing, bytes,
and the most memory it ever had, in MB.
"""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from courses.certificates import splicing
from courses.certificates.facts import CODE_ALPHABET, CODE_LENGTH, Facts
from courses.certificates.wording import PLAIN
from lms import paths

SEAL = (paths.DEMO / "seal.png").read_bytes()
PICTURES = {hashlib.sha256(SEAL).hexdigest(): SEAL}
AT = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
_FAMILY, _GIVEN = (
    "김이박최정강조윤장임한오서신권황안송전홍",
    "민준서연도윤하은지우수빈예진현시주원건유채호승소율정훈태양가온나래보람슬기한결아름다",
)
_UNITS = (
    "정보화기획단 정보화기획담당관",
    "총무과",
    "재무과",
    "민원봉사과",
    "교통행정과",
    "도시계획과",
    "보건정책과",
    "문화예술과",
)


def facts(count: int) -> list[Facts]:
    """So many people of one run; the same ones always."""
    chance, seal = Random(10_000), next(iter(PICTURES))
    return [
        Facts(
            number=f"제2026-{number:06}호",
            kind="completed",
            name=chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=2)),
            name_roman="",
            organisation="한빛시",
            unit=chance.choice(_UNITS),
            grade="",
            course="2026년 개인정보보호 및 정보보안 실무 과정",
            starts_on="2026-11-02",
            ends_on="2026-11-20",
            hours="총 21시간",
            issued_on="2026-11-22",
            issuer="한빛시장",
            body_place="우리 시에서",
            code="".join(chance.choices(CODE_ALPHABET, k=CODE_LENGTH)),
            verify_url="https://lms.hanbit.example/verify",
            template=PLAIN.key,
            seal=seal,
            reissued=False,
        )
        for number in range(1, count + 1)
    ]


Work = Callable[[], int]
"""Returns how many bytes came of it."""


def printed(count: int) -> Work:
    """One print file, to the disk."""
    everybody = facts(count)
    splicing.sheets([splicing.Sheet(everybody[0], PLAIN)], PICTURES)

    def work() -> int:
        with tempfile.TemporaryFile() as file:
            splicing.write_sheets(file.write, (splicing.Sheet(one, PLAIN) for one in everybody), PICTURES)
            return file.tell()

    return work


def copied(count: int) -> Work:
    """The bytes of such a file, read and written: what the disk and memory do alone."""
    folder = Path(tempfile.mkdtemp())
    source = folder / "print.pdf"
    source.write_bytes(splicing.sheets((splicing.Sheet(one, PLAIN) for one in facts(count)), PICTURES))

    def work() -> int:
        shutil.copyfile(source, folder / "copy.pdf")
        size = source.stat().st_size
        shutil.rmtree(folder)
        return size

    return work


def signed(count: int) -> Work:
    """Whole files in memory: composed, with a credential that has its own proof, signed by P-256."""
    from courses.signing import credential, folder
    from courses.signing.credential import Urls

    keys = Path(tempfile.mkdtemp()) / "keys"
    folder.make(keys, "한빛시장", "한빛시", "p256", AT)
    signer, base = folder.load(keys), "https://lms.hanbit.example"
    shutil.rmtree(keys.parent)
    everybody = facts(count)

    def one(certificate: Facts) -> int:
        urls = Urls(f"{base}/credentials/{certificate.code}", f"{base}/issuer", f"{base}/runs/1", f"{base}/status/1", 1)
        badge = credential.make(certificate.to_json(), urls, signer, AT)
        shared = splicing.constant(certificate, PLAIN, PICTURES)
        own = splicing.compose(shared, certificate, badge, lambda digest: signer.sign(digest, AT), AT)
        return len(shared.data + own)

    one(everybody[0])
    return lambda: sum(map(one, everybody))


def raw(count: int) -> Work:
    """The two signatures of each alone, over as many bytes as a digest has."""
    from courses.signing import authority
    from courses.signing.folder import by_key

    sign = by_key(authority.new_key("p256"))
    return lambda: sum(len(sign(bytes(32))) for _ in range(2 * count))


KINDS: dict[str, Callable[[int], Work]] = {"printed": printed, "copied": copied, "signed": signed, "raw": raw}


def main() -> None:
    """Get ready, wait, work, tell."""
    work = KINDS[sys.argv[1]](int(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    started, began = time.perf_counter(), time.process_time()
    size = work()
    taken, busy = time.perf_counter() - started, time.process_time() - began
    print(json.dumps({"seconds": taken, "cpu": busy, "bytes": size, "peak": _peak()}))


def _peak() -> float:
    """The most memory of this program, in MB.

    Linux tells it apart from what the process had before it became this program: `ru_maxrss` begins with the memory of
    whoever started it.
    """
    try:
        (peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024
    except OSError:  # not Linux
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()
