"""`rounds mock` is the API on the sample ward, whatever is configured, and forgets."""

import contextlib

import psutil

from tests.journeys.conftest import PATIENCE, processes_of


def test_it_serves_the_sample_ward_and_leaves_alone_what_is_configured(mock):
    with contextlib.closing(mock.client()) as client:
        ready = client.get("/health/ready").json()
        patients = client.get("/patients", params={"total": "true"}).json()
        assert client.get("/patients?mrn=105").json()["data"], "the patient whom the tour speaks of"
    assert ready["status"] == "ok"
    assert patients["pagination"]["total"] >= 24
    assert not mock.data_dir.exists()


def test_it_forgets_when_it_ends(mock):
    """The last one: afterwards there is no mock any more."""
    with contextlib.closing(mock.client()) as client:
        created = client.post("/patients", json={"name": "Somebody Forgotten", "date_of_birth": "1957-03-09"})
        assert created.status_code == 201
    (data_dir,) = mock.folder.glob("rounds-mock-*/data")
    processes = processes_of(data_dir)
    assert processes
    mock.process.terminate()
    assert mock.process.wait(PATIENCE) == 0
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert alive == []
    assert list(mock.folder.glob("rounds-mock-*")) == []
