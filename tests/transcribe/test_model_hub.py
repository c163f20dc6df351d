"""Fetching from a real HTTP server on loopback that speaks the part of the hub's protocol we use."""

import hashlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from transcribe.engine import load
from transcribe.errors import ModelMissing
from transcribe.model_hub import fetch, verify
from transcribe.models import RECORD, missing_files

REPOSITORY = "Systran/faster-whisper-tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """A model hub with one repository: the demo model under the name of a real one."""

    daemon_threads = True

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), HubPage)
        self.files = files
        self.cut_after = None
        self.ranges = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class HubPage(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.path.startswith(f"/api/models/{REPOSITORY}/tree/"):
            tree = [{"type": "file", "path": name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                    for name, data in self.server.files.items()]  # fmt: skip
            return self.answer(json.dumps(tree).encode())
        if self.path.startswith(f"/api/models/{REPOSITORY}"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in self.server.files.items()]
            return self.answer(json.dumps({"id": REPOSITORY, "sha": COMMIT, "siblings": siblings}).encode())
        name = self.path.rpartition("/")[2]
        if REPOSITORY not in self.path or name not in self.server.files:
            return self.send_error(404)
        return self.answer(self.server.files[name], name)

    def answer(self, data, name=None):
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start:
            self.server.ranges.append((name, start))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.end_headers()
        if self.command == "GET":
            part = data[start:]
            if name == "model.bin" and self.server.cut_after:
                part, self.server.cut_after = part[: self.server.cut_after], None
                self.close_connection = True
            self.wfile.write(part)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def hub(model_folder):
    files = {
        p.name: p.read_bytes() for p in model_folder.iterdir() if p.name not in ("README.md", "figures.json")
    }
    server = Hub(files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_fetched_model_is_complete_recorded_verified_and_loads_without_the_hub(hub, tmp_path):
    seen = []
    folder = fetch("tiny", tmp_path, lambda done, total: seen.append((done, total)), endpoint=hub.url)
    assert missing_files(folder) == []
    assert max(done for done, _ in seen) >= len(hub.files["model.bin"])
    recorded = json.loads((folder / RECORD).read_text())
    assert recorded["sha256"]["model.bin"] == hashlib.sha256(hub.files["model.bin"]).hexdigest()
    assert recorded["repository"] == REPOSITORY
    hub.files.clear()
    assert verify("tiny", tmp_path).ok
    assert load("tiny", models_folder=tmp_path).info.model == "tiny"


def test_a_fetch_that_is_cut_in_the_middle_goes_on_where_it_stopped(hub, tmp_path):
    hub.files["model.bin"] = bytes(25_000_000)
    hub.cut_after = 12_000_000  # the hub library writes 10 MB at a time
    folder = fetch("tiny", tmp_path, endpoint=hub.url)
    assert hub.ranges == [("model.bin", 10 * 1024 * 1024)]
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]


def test_a_changed_file_is_found_by_verify(hub, tmp_path):
    folder = fetch("tiny", tmp_path, endpoint=hub.url)
    (folder / "tokenizer.json").write_text("{}")
    check = verify("tiny", tmp_path)
    assert not check.ok
    assert check.problems == ("tokenizer.json is not the file that was fetched",)


def test_a_repository_without_a_model_is_refused_and_not_taken_for_fetched(hub, tmp_path):
    del hub.files["model.bin"]
    with pytest.raises(ModelMissing, match=r"has no model\.bin"):
        fetch("tiny", tmp_path, endpoint=hub.url)
    with pytest.raises(ModelMissing, match="has not been fetched"):
        verify("tiny", tmp_path)


def test_a_model_the_hub_does_not_have_is_one_clear_sentence(hub, tmp_path):
    with pytest.raises(ModelMissing, match="presstalk models fetch someone/nothing"):
        fetch("someone/nothing", tmp_path, endpoint=hub.url)


def test_no_hub_at_all_is_one_clear_sentence(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ModelMissing) as caught:
        fetch("tiny", tmp_path, endpoint=closed)
    assert "set PRESSTALK_MODEL to the folder of a model" in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_a_local_folder_is_verified_by_its_files_and_by_loading_it(model_folder, tmp_path):
    assert verify(str(model_folder), None).note == "demo model, synthetic voices only"
    (tmp_path / "config.json").write_text("{}")
    assert verify(str(tmp_path), None).problems == ("model.bin is missing", "tokenizer.json is missing")
