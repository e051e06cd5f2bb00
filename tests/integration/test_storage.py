"""A whole study with its results on object storage: S3, as moto serves it on this machine."""

import copy
import io
import logging
from importlib.util import find_spec

import pandas as pd
import pytest

from tests.end_to_end.workflow import TINY, planned, snakemake, write_study

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("snakemake_storage_plugin_s3") and find_spec("moto")),
        reason="the S3 plugin or moto is not installed: pip install -r requirements-cluster.txt",
    ),
]

BUCKET, PREFIX = "measurements", "crosslift"
RESULTS = "results/tiny"


@pytest.fixture(scope="module")
def endpoint():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def bucket(endpoint):
    import boto3

    return boto3.resource(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).Bucket(BUCKET)


@pytest.fixture
def _credentials(monkeypatch):
    for part in ("ACCESS_KEY", "SECRET_KEY"):
        monkeypatch.setenv(f"SNAKEMAKE_STORAGE_S3_{part}", "test")
    monkeypatch.delenv("HTTP_PROXY", raising=False)


def storage_flags(endpoint: str) -> list[str]:
    return [
        *("--default-storage-provider", "s3"),
        *("--default-storage-prefix", f"s3://{BUCKET}/{PREFIX}"),
        *("--storage-s3-endpoint-url", endpoint),
        "--keep-storage-local-copies",
    ]


@pytest.mark.usefixtures("_credentials")
def test_a_study_leaves_its_results_in_a_bucket_and_finds_them_there(endpoint, bucket, tmp_path):
    config = copy.deepcopy(TINY)
    config["jobs"] = {"intermediate": 10, "target": 10}
    config["encoders"] = ["random-tiny-1"]
    del config["targets"]["mini-choice"]
    first, second, local = (tmp_path / name for name in ("first", "second", "local"))
    for folder in (first, second, local):
        folder.mkdir()
    study = write_study(tmp_path, config)
    run = snakemake(first, study, "effects", *storage_flags(endpoint))
    assert run.returncode == 0, run.stdout + run.stderr

    keys = {item.key.removeprefix(f"{PREFIX}/{RESULTS}/"): item for item in bucket.objects.all()}
    assert {"scores.parquet", "effects.parquet", "study.json", "data/mini-nli/test.parquet"} <= set(
        keys
    )
    assert not [key for key in keys if key.endswith((".safetensors", ".py"))]
    assert not (first / RESULTS / "effects.parquet").exists()
    weights = sorted((first / ".snakemake/storage/s3" / BUCKET / PREFIX / RESULTS).rglob("model.*"))
    assert len(weights) == 1 + 3 + 4 * 2  # the encoder's, three arms', and of four arms' two seeds

    assert snakemake(local, study, "effects").returncode == 0
    for name in ("scores", "effects", "draws"):
        stored = pd.read_parquet(io.BytesIO(keys[f"{name}.parquet"].get()["Body"].read()))
        pd.testing.assert_frame_equal(stored, pd.read_parquet(local / RESULTS / f"{name}.parquet"))

    # Another machine finds all done, and does what is missing from the predictions in the bucket.
    assert planned(second, study, "effects", *storage_flags(endpoint)) == {}
    keys["scores.parquet"].delete()
    wanted = (f"{RESULTS}/scores.parquet", *storage_flags(endpoint))
    assert planned(second, study, *wanted) == {"score_predictions": 1}
    assert snakemake(second, study, *wanted).returncode == 0
    stored = keys["scores.parquet"].Object().get()["Body"].read()
    again = pd.read_parquet(io.BytesIO(stored))
    pd.testing.assert_frame_equal(again, pd.read_parquet(local / RESULTS / "scores.parquet"))
