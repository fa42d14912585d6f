# SPDX-License-Identifier: GPL-3.0-or-later
"""wideberth import, from outside: what it makes of folders good and bad."""

import json
import math
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import spec

WIDEBERTH = os.environ["WIDEBERTH"]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


def wav(path, frames=4800, rate=48000, channels=1, samples=None, stamp=None):
    """A float WAV file; `stamp` makes it a Broadcast Wave file."""
    if samples is None:
        samples = [math.sin(0.05 * n) for n in range(frames) for _ in range(channels)]
    data = struct.pack(f"<{len(samples)}f", *samples)
    chunks = b""
    if stamp is not None:
        bext = bytearray(602)
        struct.pack_into("<QH", bext, 338, stamp, 1)
        chunks += b"bext" + struct.pack("<I", len(bext)) + bytes(bext)
    chunks += b"fmt " + struct.pack(
        "<IHHIIHH", 16, 3, channels, rate, rate * channels * 4, channels * 4, 32
    )
    chunks += b"data" + struct.pack("<I", len(data)) + data
    Path(os.fsdecode(path)).write_bytes(
        b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
    )


class Import(unittest.TestCase):
    def setUp(self):
        self.top = Path(tempfile.mkdtemp(prefix="wideberth-import-"))
        self.stems = self.top / "stems"
        self.stems.mkdir()
        self.session = self.top / "out" / "song"
        self.session.parent.mkdir()

    def tearDown(self):
        shutil.rmtree(self.top)

    def run_import(self, *options, **keywords):
        return subprocess.run(
            [WIDEBERTH, "import", str(self.stems), "-o", str(self.session), *options],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            env=ENVIRONMENT,
            timeout=60,
            **keywords,
        )

    def good(self, *options):
        done = self.run_import(*options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.said, self.warned = done.stdout, done.stderr
        document = json.loads((self.session / "session.json").read_text())
        return document

    def bad(self, *words, options=(), **keywords):
        """An import that fails: with each of the words in its message, and nothing left."""
        before = sorted(os.listdir(self.session.parent))
        done = self.run_import(*options, **keywords)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(done.stderr.startswith("wideberth: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(sorted(os.listdir(self.session.parent)), before)

    def roles(self, value):
        text = value if isinstance(value, str) else json.dumps(value)
        (self.stems / "roles.json").write_text(text)

    def tracks(self, document):
        return [(track["name"], track["role"]) for track in document["tracks"]]


class Good(Import):
    def test_a_folder_becomes_a_session(self):
        wav(self.stems / "Vox.wav", channels=1)
        wav(self.stems / "Pad.wav", channels=2, frames=9600)
        document = self.good()
        self.assertEqual(self.tracks(document), [("Pad", "background"), ("Vox", "lead")])
        pad, vox = document["tracks"]
        self.assertEqual((pad["channels"], vox["channels"]), (2, 1))
        self.assertEqual(pad["clips"][0]["file"], "audio/Pad.wav")
        self.assertEqual(pad["clips"][0]["length"], 9600)
        for name in ("Vox.wav", "Pad.wav"):
            self.assertEqual(
                (self.session / "audio" / name).read_bytes(), (self.stems / name).read_bytes()
            )
        self.assertEqual(os.listdir(self.session.parent), ["song"])
        self.assertIn('lead        Vox  (guessed from "vox")', self.said)
        self.assertEqual(self.warned, "")

    def test_links_copy_nothing(self):
        wav(self.stems / "Vox.wav")
        document = self.good("--link")
        self.assertEqual(document["tracks"][0]["clips"][0]["file"], str(self.stems / "Vox.wav"))
        self.assertEqual(os.listdir(self.session), ["session.json"])

    def test_an_empty_folder_is_filled(self):
        wav(self.stems / "Vox.wav")
        self.session.mkdir()
        self.good()

    def test_a_trailing_slash_and_a_relative_path(self):
        wav(self.stems / "Vox.wav")
        subprocess.run(
            [WIDEBERTH, "import", "stems/", "-o", "out/song/"],
            cwd=self.top, env=ENVIRONMENT, check=True, capture_output=True,
        )
        self.assertTrue((self.session / "audio" / "Vox.wav").exists())

    def test_natural_order_and_numbering(self):
        for name in ("10-pad.wav", "2-bass.wav", "1-vox.wav"):
            wav(self.stems / name)
        document = self.good()
        self.assertEqual(
            self.tracks(document), [("vox", "lead"), ("bass", "support"), ("pad", "background")]
        )

    def test_what_is_not_audio_is_skipped_and_named(self):
        wav(self.stems / "Vox.wav")
        (self.stems / "notes.txt").write_text("mix it well")
        (self.stems / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
        (self.stems / "._Vox.wav").write_bytes(b"\0\5\26\7")
        (self.stems / "old").mkdir()
        self.assertEqual(len(self.good()["tracks"]), 1)
        self.assertIn("notes.txt: not audio, skipped", self.warned)
        self.assertIn("old: a folder, not entered", self.warned)
        self.assertNotIn("DS_Store", self.warned)
        self.assertNotIn("._Vox", self.warned)

    def test_without_a_lead_it_says_so(self):
        wav(self.stems / "Bass.wav")
        self.good()
        self.assertIn("no track is a lead", self.warned)
        self.assertIn("roles.json", self.warned)

    def test_a_map_of_roles(self):
        for name in ("a.wav", "b.wav", "c.wav"):
            wav(self.stems / name)
        self.roles({"a.wav": "background", "b": "Lead"})
        document = self.good()
        self.assertEqual(
            self.tracks(document), [("a", "background"), ("b", "lead"), ("c", "support")]
        )
        self.assertIn("b  (from roles.json)", self.said)
        self.assertIn("c  (no word in the name is known)", self.said)

    def test_the_test_materials_form(self):
        wav(self.stems / "01-a.wav")
        wav(self.stems / "02-b.wav")
        self.roles({
            "id": "x", "bits": 24,
            "tracks": [
                {"file": "01-a.wav", "name": "Anna", "role": "lead", "reference_gain_db": -6.41},
                {"file": "02-b.wav", "role": "support", "group": "brass"},
            ],
        })
        anna, b = self.good()["tracks"]
        self.assertEqual((anna["name"], anna["role"], anna["gain_db"]), ("Anna", "lead", -6.41))
        self.assertEqual((b["name"], b["role"], b["gain_db"]), ("b", "support", 0))

    def test_roles_json_in_decomposed_letters_with_a_byte_order_mark(self):
        wav(self.stems / "Fl\u00f6te.wav")
        self.roles('\ufeff{"Flo\u0308te.wav": "lead"}')
        self.assertEqual(self.good()["tracks"][0]["role"], "lead")

    def test_the_commonest_rate_is_the_sessions(self):
        wav(self.stems / "a.wav", rate=44100)
        wav(self.stems / "b.wav", rate=44100)
        wav(self.stems / "c.wav", rate=96000, frames=96000)
        document = self.good()
        self.assertEqual(document["sample_rate"], 44100)
        self.assertEqual(document["tracks"][2]["clips"][0]["length"], 44100)
        self.assertIn("1 file has another sample rate", self.warned)

    def test_of_two_rates_the_higher(self):
        wav(self.stems / "a.wav", rate=44100)
        wav(self.stems / "b.wav", rate=48000)
        self.assertEqual(self.good()["sample_rate"], 48000)

    def test_a_rate_on_request(self):
        wav(self.stems / "a.wav", rate=44100, frames=44101)
        document = self.good("--rate", "96000")
        self.assertEqual(document["sample_rate"], 96000)
        # 44101 * 96000 / 44100 = 96002.18: rounded up
        self.assertEqual(document["tracks"][0]["clips"][0]["length"], 96003)

    def test_rates_that_no_session_has(self):
        wav(self.stems / "a.wav", rate=8000)
        self.assertEqual(self.good()["sample_rate"], 48000)

    def test_time_stamps(self):
        hour = 3600 * 48000
        wav(self.stems / "a.wav", stamp=10 * hour)
        wav(self.stems / "b.wav", stamp=10 * hour + 96000)
        wav(self.stems / "c.wav", rate=44100, stamp=10 * 3600 * 44100 + 44100)
        wav(self.stems / "d.wav")
        positions = [t["clips"][0]["position"] for t in self.good("--timestamps")["tracks"]]
        self.assertEqual(positions, [0, 96000, 48000, 0])
        self.assertIn("d.wav: has no time stamp", self.warned)

    def test_time_stamps_beyond_reason(self):
        wav(self.stems / "a.wav", stamp=2**62, rate=8000)
        wav(self.stems / "b.wav", stamp=2**64 - 5)
        wav(self.stems / "c.wav", stamp=48000)
        positions = [t["clips"][0]["position"] for t in self.good("--timestamps")["tracks"]]
        self.assertEqual(positions, [0, 0, 0])
        self.assertIn("a.wav: has no time stamp", self.warned)
        self.assertIn("b.wav: has no time stamp", self.warned)

    def test_time_stamps_only_on_request(self):
        wav(self.stems / "a.wav", stamp=48000)
        wav(self.stems / "b.wav", stamp=96000)
        positions = [t["clips"][0]["position"] for t in self.good()["tracks"]]
        self.assertEqual(positions, [0, 0])

    def test_equal_names_are_made_different(self):
        for name in ("vox.wav", "vox.aif", "vox 2.wav"):
            wav(self.stems / name)
        names = [name for name, _ in self.tracks(self.good())]
        self.assertEqual(len(set(names)), 3)
        self.assertIn("since another has its name", self.warned)

    def test_names_that_are_not_utf8(self):
        wav(os.fsencode(self.stems) + b"/Gitarre \xfc 100%.wav")
        document = self.good()
        track = document["tracks"][0]
        self.assertEqual(track["clips"][0]["file"], "audio/Gitarre %FC 100%25.wav")
        self.assertTrue(os.path.exists(os.fsencode(self.session) + b"/audio/Gitarre \xfc 100%.wav"))
        self.assertIn("not UTF-8", self.warned)
        track["name"].encode("utf-8")

    def test_spaces_quotes_and_line_breaks(self):
        name = 'my "lead"\nvox\\.wav'
        wav(self.stems / name)
        self.good()
        self.assertTrue((self.session / "audio" / name).exists())

    def test_symbolic_links_are_followed(self):
        wav(self.top / "elsewhere.wav")
        (self.stems / "Vox.wav").symlink_to(self.top / "elsewhere.wav")
        self.good()
        copied = self.session / "audio" / "Vox.wav"
        self.assertFalse(copied.is_symlink())
        self.assertEqual(copied.read_bytes(), (self.top / "elsewhere.wav").read_bytes())

    def test_copies_from_another_file_system(self):
        if not os.access("/dev/shm", os.W_OK):
            self.skipTest("no second file system here")
        with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
            wav(Path(other) / "Vox.wav", frames=3 << 20)  # more than one piece
            self.stems = Path(other)
            self.good()
            self.assertEqual(
                (self.session / "audio" / "Vox.wav").read_bytes(),
                (self.stems / "Vox.wav").read_bytes(),
            )

    def test_not_a_number_is_left_to_the_reader(self):
        wav(self.stems / "Vox.wav", samples=[0.0, math.nan, math.inf, 0.5] * 100)
        self.good()

    def test_two_hundred_files(self):
        for n in range(200):
            wav(self.stems / f"take {n}.wav", frames=100)
        document = self.good()
        self.assertEqual([t["name"] for t in document["tracks"]], [f"take {n}" for n in range(200)])
        self.assertEqual([t["id"] for t in document["tracks"]], list(range(1, 201)))

    def test_permissions_follow_the_umask(self):
        wav(self.stems / "Vox.wav")
        os.chmod(self.stems / "Vox.wav", 0o400)
        subprocess.run(
            ["sh", "-c", 'umask 027; exec "$@"', "sh", WIDEBERTH, "import", self.stems,
             "-o", self.session],
            check=True, capture_output=True, env=ENVIRONMENT,
        )
        self.assertEqual(self.session.stat().st_mode & 0o777, 0o750)
        self.assertEqual((self.session / "audio" / "Vox.wav").stat().st_mode & 0o777, 0o640)


class Bad(Import):
    def test_no_folder(self):
        shutil.rmtree(self.stems)
        self.bad(str(self.stems), "No such file")
        self.stems.mkdir()

    def test_empty_folder(self):
        self.bad(str(self.stems), "no audio files")

    def test_no_audio_in_it(self):
        (self.stems / "notes.txt").write_text("nothing")
        self.bad(str(self.stems), "no audio files")

    def test_not_audio(self):
        wav(self.stems / "a.wav")
        (self.stems / "b.wav").write_text("this is no audio at all, sorry about that")
        self.bad("b.wav", "not audio")

    def test_truncated(self):
        wav(self.stems / "a.wav")
        os.truncate(self.stems / "a.wav", 1000)
        self.bad("a.wav", "cut short")

    def test_zero_length(self):
        (self.stems / "a.wav").write_bytes(b"")
        self.bad("a.wav", "empty")

    def test_no_sound(self):
        wav(self.stems / "a.wav", frames=0)
        self.bad("a.wav", "no sound")

    def test_six_channels(self):
        wav(self.stems / "a.wav", channels=6)
        self.bad("a.wav", "6 channels")

    def test_six_channels_without_extension(self):
        wav(self.stems / "a.wav")
        wav(self.stems / "surround", channels=6)
        self.bad("surround", "6 channels")

    def test_dangling_link(self):
        (self.stems / "a.wav").symlink_to("gone.wav")
        self.bad("a.wav", "no such file")

    def test_a_pipe(self):
        os.mkfifo(self.stems / "a.wav")
        self.bad("a.wav", "not a regular file")

    def test_unknown_role(self):
        wav(self.stems / "a.wav")
        self.roles({"a.wav": "boss"})
        self.bad("roles.json", '"a.wav"', 'unknown role "boss"', "lead, support or background")

    def test_role_is_not_a_text(self):
        wav(self.stems / "a.wav")
        self.roles({"a.wav": 3})
        self.bad("roles.json", '"a.wav"', "has no role")

    def test_missing_file(self):
        wav(self.stems / "a.wav")
        self.roles({"a.wav": "lead", "b.wav": "support"})
        self.bad("roles.json", '"b.wav"', "no such audio file")

    def test_file_named_twice(self):
        wav(self.stems / "a.wav")
        self.roles({"a.wav": "lead", "a": "support"})
        self.bad("roles.json", '"a"', "named twice")

    def test_ambiguous_name(self):
        wav(self.stems / "a.wav")
        wav(self.stems / "a.aif")
        self.roles({"a": "lead"})
        self.bad("roles.json", '"a"', "write the extension")

    def test_broken_roles(self):
        wav(self.stems / "a.wav")
        self.roles('{\n"a.wav": "lead",\n}\n')
        self.bad("roles.json:3:1:")

    def test_roles_of_the_wrong_shape(self):
        wav(self.stems / "a.wav")
        for value, word in (
            ([], "must be an object"),
            ({"tracks": [3]}, "entry 1"),
            ({"tracks": [{"role": "lead"}]}, 'no "file"'),
            ({"tracks": [{"file": "a.wav"}]}, "has no role"),
            ({"tracks": [{"file": "a.wav", "role": "lead", "reference_gain_db": 99}]}, "-120 to 24"),
            ({"tracks": [{"file": "a.wav", "role": "lead", "name": ""}]}, '"name"'),
        ):
            self.roles(value)
            self.bad("roles.json", word)

    def test_target_is_in_use(self):
        wav(self.stems / "a.wav")
        self.session.mkdir()
        (self.session / "mine.txt").write_text("precious")
        self.bad(str(self.session), "is there already", "choose another")
        self.assertEqual((self.session / "mine.txt").read_text(), "precious")

    def test_target_is_a_file(self):
        wav(self.stems / "a.wav")
        self.session.write_text("precious")
        self.bad(str(self.session), "is there already")

    def test_target_without_parent(self):
        wav(self.stems / "a.wav")
        self.session = self.top / "no" / "song"
        done = self.run_import()
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be written", done.stderr)

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_target_that_may_not_be_written(self):
        wav(self.stems / "a.wav")
        os.chmod(self.session.parent, 0o555)
        self.bad("cannot be written")
        os.chmod(self.session.parent, 0o755)

    def test_a_full_disk(self):
        wav(self.stems / "a.wav", frames=48000)
        self.bad(
            "a.wav", str(self.session), "File too large",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50000, 50000)),
        )

    def test_command_line(self):
        for arguments, word in (
            ([], "folder of stems"),
            ([str(self.stems)], "-o SESSION"),
            ([str(self.stems), "x", "-o", "y"], "more than one"),
            ([str(self.stems), "-o", "y", "--rate", "8000"], "32000 to 192000"),
            ([str(self.stems), "-o", "y", "--nonsense"], "--nonsense"),
        ):
            done = subprocess.run(
                [WIDEBERTH, "import", *arguments], capture_output=True, text=True, env=ENVIRONMENT
            )
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(word, done.stderr)
            self.assertIn("--help", done.stderr)

    def test_interrupted(self):
        # A file that takes a while: sparse, and long enough to be still at it.
        size = 64 << 30
        wav(self.stems / "a.wav", frames=10)
        with open(self.stems / "a.wav", "r+b") as file:
            header = bytearray(file.read(44))
            struct.pack_into("<I", header, 4, 0xFFFFFFFF)
            struct.pack_into("<I", header, 40, 0xFFFFFFFF)
            file.seek(0)
            file.write(header)
        try:
            os.truncate(self.stems / "a.wav", size)
        except OSError:
            self.skipTest("no sparse files here")
        for number in (signal.SIGINT, signal.SIGTERM):
            run = subprocess.Popen(
                [WIDEBERTH, "import", self.stems, "-o", self.session],
                stderr=subprocess.PIPE, text=True, env=ENVIRONMENT,
            )
            deadline = time.monotonic() + 30
            while not list(self.session.parent.glob(".song.*/audio/a.wav")):
                self.assertLess(time.monotonic(), deadline)
                self.assertIsNone(run.poll())
                time.sleep(0.01)
            run.send_signal(number)
            _, warned = run.communicate(timeout=30)
            self.assertEqual(run.returncode, 128 + number)
            self.assertIn("nothing was left behind", warned)
            self.assertEqual(os.listdir(self.session.parent), [])


if __name__ == "__main__":
    spec.main()
