# SPDX-License-Identifier: GPL-3.0-or-later
"""`wideberth demo` from outside: what it writes, what it says of it, and where it refuses."""
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import soundfile

import spec
from spec import PROGRAM, RATE, read, run

BUNDLE = Path(os.environ['WIDEBERTH_DATADIR']) / 'demo'
FILES = {'CREDITS', 'dry.wav', 'demasked.wav', 'report.json', 'session'}


def bundled_tracks():
    return json.loads((BUNDLE / 'stems' / 'roles.json').read_text())['tracks']


class Demo(spec.Case):
    def setUp(self):
        super().setUp()
        self.demo = self.folder / 'demo'

    def left_behind(self):
        return sorted(os.listdir(self.folder))


class Bundle(Demo):
    def test_is_small_and_credited(self):
        files = [p for p in BUNDLE.rglob('*') if p.is_file()]
        self.assertLess(sum(p.stat().st_size for p in files), 2_000_000)
        self.assertIn('CC BY 4.0', (BUNDLE / 'CREDITS').read_text())

    def test_lists_exactly_its_files_in_step(self):
        tracks = bundled_tracks()
        self.assertEqual({t['file'] for t in tracks},
                         {p.name for p in (BUNDLE / 'stems').glob('*.ogg')})
        lengths = {soundfile.info(str(BUNDLE / 'stems' / t['file'])).duration for t in tracks}
        self.assertEqual(len(lengths), 1)
        self.assertTrue(15 <= lengths.pop() <= 20)


class Run(spec.Case):
    """One run, in the default folder, looked at from several sides."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix='wideberth-test-')
        cls.addClassCleanup(cls.place.cleanup)
        cls.said, cls.warned = run('demo', cwd=cls.place.name)
        cls.demo = Path(cls.place.name) / 'wideberth-demo'
        cls.report = json.loads((cls.demo / 'report.json').read_text())

    def test_writes_two_mixes_of_one_loudness(self):
        self.assertEqual(os.listdir(self.place.name), ['wideberth-demo'])
        self.assertEqual(set(os.listdir(self.demo)), FILES)
        self.assertEqual(self.warned, '')
        dry, wet = read(self.demo / 'dry.wav'), read(self.demo / 'demasked.wav')
        source = soundfile.info(str(BUNDLE / 'stems' / bundled_tracks()[0]['file']))
        self.assertEqual(dry.shape, (source.frames, 2))
        self.assertEqual(wet.shape, dry.shape)
        self.assertFalse((dry == wet).all())
        for mix in (dry, wet):
            self.assertLess(abs(mix).max(), 10 ** (-1 / 20))
        self.assertAlmostEqual(self.report['mix']['integrated_lufs'], -16, 1)
        # The untouched one measured as a session of its own.
        stems = self.folder / 'stems'
        stems.mkdir()
        (stems / 'dry.wav').symlink_to(self.demo / 'dry.wav')
        run('import', '--link', stems, '-o', self.folder / 'session')
        run('render', self.folder / 'session', '-q', '--stems', self.folder / 'out', '--report',
            self.folder / 'again.json')
        mix = json.loads((self.folder / 'again.json').read_text())['mix']
        self.assertAlmostEqual(mix['integrated_lufs'], -16, 1)

    def test_the_lead_is_left_alone_and_gains(self):
        roles = {t['name']: t['role'] for t in bundled_tracks()}
        self.assertEqual({t['name']: t['role'] for t in self.report['tracks']}, roles)
        lead, = (t for t in self.report['tracks'] if t['role'] == 'lead')
        self.assertEqual(lead['share_of_cut'], 0)
        self.assertGreater(lead['loudness_change_percent'], 30)
        for track in self.report['tracks']:
            if track is not lead:
                self.assertGreater(track['loudness_change_percent'], -20)

    def test_says_what_the_report_says(self):
        for name in FILES:
            self.assertIn(f'wideberth-demo/{name}', self.said)
        for track in self.report['tracks']:
            self.assertEqual(len(re.findall(rf'\b{track["name"]}\b', self.said)), 1)
            change = track['loudness_change_percent']
            if track['role'] == 'lead':
                self.assertIn(f'{track["name"]} (lead): heard about {change:.0f} % louder',
                              self.said)
            elif track['share_of_cut'] > 0.1:
                told = re.search(rf'{track["name"]} made room at (.*),\s+[0-9.]+ dB on average '
                                 r'and (\d+) dB at most; (?:yet )?heard (.*)\.', self.said)
                deepest = max(b['max_cut_db'] for b in track['bands'])
                self.assertLessEqual(float(told[2]), round(deepest))
                band = max(track['bands'], key=lambda b: b['mean_cut_db'])
                self.assertTrue(self.covers(told[1], band), (told[1], band))
                if abs(change) >= 1:
                    self.assertEqual(told[3], f'about {abs(change):.0f} % '
                                     + ('softer' if change < 0 else 'louder'))

    @staticmethod
    def covers(ranges, band):
        """Whether '400 to 630 Hz and 1.7 to 4.4 kHz' has the band in it."""
        scale = {'Hz': 1, 'kHz': 1000}
        for low, low_unit, high, unit in re.findall(r'([\d.]+) ?(k?Hz)? to ([\d.]+) (k?Hz)', ranges):
            if (float(low) * scale[low_unit or unit] <= band['from_hz'] + 50 and
                    band['to_hz'] <= float(high) * scale[unit] + 50):
                return True
        return False

    def test_the_report_names_the_session_where_it_is(self):
        self.assertEqual(self.report['session'], 'wideberth-demo/session')


class Again(Demo):
    """In a folder that holds the demo already; its clips are cut to 2 s."""

    def setUp(self):
        super().setUp()
        self.demo.mkdir()
        (self.demo / 'CREDITS').write_text('them')
        run('import', BUNDLE / 'stems', '-o', self.demo / 'session')
        for track in range(len(bundled_tracks())):
            self.edit(self.demo / 'session',
                      lambda d: d['tracks'][track]['clips'][0].update(length=2 * RATE))

    def test_the_session_is_kept_and_rendered(self):
        self.edit(self.demo / 'session', lambda d: d['tracks'][0].update(role='background'))
        document = (self.demo / 'session' / 'session.json').read_bytes()
        for name in ('demasked.wav', 'mine.txt'):
            (self.demo / name).write_text('precious')
        said, _ = run('demo', self.demo)
        self.assertEqual((self.demo / 'session' / 'session.json').read_bytes(), document)
        self.assertEqual((self.demo / 'mine.txt').read_text(), 'precious')
        self.assertEqual(set(os.listdir(self.demo)), FILES | {'mine.txt'})
        # No lead: both mixes are the same, and so it is said.
        dry, wet = read(self.demo / 'dry.wav'), read(self.demo / 'demasked.wav')
        self.assertEqual(len(dry), 2 * RATE)
        self.assertTrue((dry == wet).all())
        self.assertIn('No track is a lead', said)
        self.assertIn('not touched at all', said)
        self.assertNotIn('made room', said)

    def test_a_silent_lead(self):
        self.edit(self.demo / 'session', lambda d: d['tracks'][0].update(mute=True))
        said, _ = run('demo', self.demo)
        self.assertIn('Violin (lead): silent here', said)

    def test_quiet(self):
        self.assertEqual(run('demo', '-q', self.demo), ('', ''))
        self.assertEqual(set(os.listdir(self.demo)), FILES)

    def test_a_broken_session(self):
        (self.demo / 'session' / 'session.json').write_text('{')
        _, said = run('demo', self.demo, status=1)
        self.assertIn('session.json:1:2:', said)
        self.assertEqual(set(os.listdir(self.demo)), {'CREDITS', 'session'})


class Bad(Demo):
    def refused(self, *words, **keywords):
        _, said = run('demo', self.demo, status=1, **keywords)
        for word in words:
            self.assertIn(word, said)

    def test_a_folder_in_use(self):
        self.demo.mkdir()
        (self.demo / 'mine.txt').write_text('precious')
        self.refused(str(self.demo), 'is there already', 'choose another')
        self.assertEqual(os.listdir(self.demo), ['mine.txt'])
        self.assertEqual(self.left_behind(), ['demo'])

    def test_a_file_in_its_place(self):
        self.demo.write_text('precious')
        self.refused(str(self.demo), 'is there already')
        self.assertEqual(self.demo.read_text(), 'precious')

    def test_no_folder_above(self):
        self.demo = self.folder / 'no' / 'demo'
        self.refused(str(self.folder / 'no'), 'cannot be written')
        self.assertEqual(self.left_behind(), [])

    def test_no_bundle(self):
        self.refused('demo session is not there', 'WIDEBERTH_DATADIR',
                     env={'WIDEBERTH_DATADIR': str(self.folder)})
        self.assertEqual(self.left_behind(), [])

    def test_two_folders(self):
        _, said = run('demo', 'a', 'b', status=2, cwd=self.folder)
        self.assertIn('more than one folder', said)
        self.assertEqual(self.left_behind(), [])

    def test_a_full_disk(self):
        for limit in (100_000, 1_000_000):
            self.refused('larger' if limit == 1_000_000 else 'too large', preexec_fn=lambda:
                         resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
            self.assertEqual(self.left_behind(), [])

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([PROGRAM, 'demo', self.demo], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE)
            deadline = time.monotonic() + 60
            while not os.listdir(self.folder):
                self.assertLess(time.monotonic(), deadline)
                self.assertIsNone(process.poll())
                time.sleep(0.001)
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + number, said)
            self.assertIn(b'nothing was left behind', said)
            self.assertEqual(self.left_behind(), [])


if __name__ == '__main__':
    spec.main()
