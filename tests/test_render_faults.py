# SPDX-License-Identifier: GPL-3.0-or-later
"""What `wideberth render` says when something is wrong, and that it leaves nothing half done."""
import json
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import soundfile

import spec
from spec import RATE, band_noise, noise, read, run


class Faults(spec.Case):
    def setUp(self):
        super().setUp()
        self.out = self.folder / 'out'
        self.out.mkdir()

    def state(self):
        """What lies in out/: folders, and files with when they were written."""
        return {p: p.is_dir() or p.stat().st_mtime_ns for p in self.out.rglob('*')}

    def fails(self, *arguments, status=1, says=(), **keywords):
        """The command fails with all of these words on stderr, and out/ stays as it was."""
        before = self.state()
        out, err = run('render', *arguments, status=status, **keywords)
        self.assertEqual(out, '')
        self.assertTrue(err.startswith('wideberth: '), err)
        for word in says:
            self.assertIn(word, err)
        self.assertEqual(self.state(), before)

    def small(self, seconds=1, **keywords):
        return self.session({'lead': noise(1, seconds), 'pad': noise(2, seconds)},
                            {'lead': 'lead'}, **keywords)

    def test_usage(self):
        session, target = self.small(), self.out / 'a.wav'
        for arguments, word in ((['-o', target], 'session'),
                                ([session], '-o'),
                                ([session, session, '-o', target], 'one session'),
                                ([session, '-o', self.out / 'a.xyz'], '.flac'),
                                ([session, '-o', target, '--format', 'mp7'], 'mp7'),
                                ([session, '-o', target, '--strength', '101'], '0 to 100'),
                                ([session, '-o', target, '--strength', 'much'], 'much'),
                                ([session, '-o', target, '--timing', 'late'], 'playback, live'),
                                ([session, '-o', target, '--start', '1:99'], '1:99'),
                                ([session, '-o', target, '--end', 'soon'], 'soon'),
                                ([session, '-o', target, '--end', '1e300'], '1e300'),
                                ([session, '-o', target, '--block-size', '0'], '--block-size'),
                                ([session, '-o', target, '--threads', '-1'], '--threads'),
                                ([session, '-o', target, '--normalize', '3'], '--normalize'),
                                ([session, '-o', '', '--format', 'wav'], '--output'),
                                ([session, '--stems', ''], '--stems'),
                                ([session, '-o', target, '--report', ''], '--report'),
                                ([session, '-o', target, '--wet'], '--wet')):
            self.fails(*arguments, status=2, says=[word, "Try 'wideberth render --help'"])

    def test_ranges_without_audio(self):
        session = self.small()
        self.fails(session, '-o', self.out / 'a.wav', '--start', 5, says=['1.000 s long'])
        self.fails(session, '-o', self.out / 'a.wav', '--start', 0.6, '--end', 0.5, says=['0.6'])

    def test_no_session(self):
        self.fails(self.folder / 'nowhere', '-o', self.out / 'a.wav', says=['nowhere'])
        (self.folder / 'empty').mkdir()
        self.fails(self.folder / 'empty', '-o', self.out / 'a.wav', says=['session.json'])

    def test_a_folder_that_may_not_be_looked_into(self):
        session = self.small()
        self.addCleanup(session.chmod, 0o755)
        session.chmod(0)
        if os.access(session / 'session.json', os.R_OK):
            self.skipTest('root may read everything')
        self.fails(session, '-o', self.out / 'a.wav', says=['session.json', 'ermission'])

    def test_silence(self):
        session = self.session({'lead': np.zeros((RATE, 2))})
        out, err = run('render', session, '-o', self.out / 'a.wav', '--normalize', -23,
                       '--format', 'wav-float')
        self.assertEqual((err, abs(read(self.out / 'a.wav')).max()), ('', 0))
        self.assertIn('silence', out)

    def test_a_session_without_tracks(self):
        session = self.small()
        self.edit(session, lambda d: d.update(tracks=[]))
        for end in ([], ['--end', 2]):
            self.fails(session, '-o', self.out / 'a.wav', *end, says=['session', 'import'])

    def test_a_file_that_is_gone(self):
        session = self.small()
        (session / 'audio' / 'pad.wav').unlink()
        self.fails(session, '-o', self.out / 'a.wav', '--stems', self.out / 'stems',
                   says=['pad.wav'])

    def test_a_file_that_is_no_audio(self):
        session = self.small()
        (session / 'audio' / 'pad.wav').write_bytes(b'not a sound' * 100)
        self.fails(session, '-o', self.out / 'a.wav', says=['pad.wav'])

    def test_a_file_with_too_many_channels(self):
        session = self.small()
        soundfile.write(str(session / 'audio' / 'pad.wav'), noise(1, 1, 0.1, 6), RATE)
        self.fails(session, '-o', self.out / 'a.wav', says=['pad.wav', '6 channels'])

    def test_targets_that_cannot_be_written(self):
        session = self.small()
        self.fails(session, '-o', self.folder / 'no' / 'such' / 'a.wav', says=['such'])
        (self.out / 'folder.wav').mkdir()
        self.fails(session, '-o', self.out / 'folder.wav', says=['folder.wav'])
        (self.out / 'file').write_text('x')
        self.fails(session, '-o', self.out / 'a.wav', '--stems', self.out / 'file', says=['file'])

    def test_names_too_long(self):
        self.fails(self.small(), '-o', self.out / ('a' * 300 + '.wav'), says=['shorter'])

    def test_the_session_is_not_overwritten(self):
        session = self.small()
        (self.folder / 'by-link').symlink_to(session)
        linked = self.folder / 'linked'
        run('import', '--link', self.folder / 'session-stems', '-o', linked)
        files = [p for folder in (session, linked, self.folder / 'session-stems')
                 for p in folder.rglob('*') if p.is_file()]
        before = {p: p.read_bytes() for p in files}
        for arguments, file in (
                ([session, '-o', session / 'audio' / 'pad.wav'], 'pad.wav'),
                ([session, '-o', self.folder / 'by-link' / 'audio' / 'pad.wav'], 'pad.wav'),
                ([session, '--stems', session / 'audio'], 'lead.wav'),
                ([session, '-o', session / 'session.json', '--format', 'wav'], 'session.json'),
                ([session, '-o', self.out / 'a.wav', '--report', session / 'session.json'],
                 'session.json'),
                ([linked, '-o', self.folder / 'session-stems' / 'lead.wav'], 'lead.wav'),
                ([linked, '--stems', self.folder / 'session-stems'], 'lead.wav')):
            self.fails(*arguments, says=[file, 'overwritten'])
            self.assertEqual({p: p.read_bytes() for p in files}, before)

    def test_no_file_is_written_twice(self):
        session, mix = self.small(), self.out / 'lead.wav'
        self.fails(session, '-o', mix, '--report', mix, says=['lead.wav'])
        self.fails(session, '-o', mix, '--stems', self.out, says=['lead.wav'])
        self.fails(session, '-o', self.out / 'new' / 'lead.wav', '--stems', self.out / 'new',
                   says=['lead.wav'])
        mix.write_text('an old mix')
        self.fails(session, '-o', mix, '--report', self.out / '.' / 'lead.wav', says=['lead.wav'])

    def test_a_full_disk_leaves_older_stems(self):
        stems = self.out / 'stems'
        stems.mkdir()
        (stems / 'lead.wav').write_text('an older stem')
        (stems / 'other.wav').write_text('not ours')
        self.fails(self.small(4), '-o', stems / 'mix.wav', '--stems', stems, says=['large'],
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000)))
        run('render', self.folder / 'session', '-q', '-o', stems / 'mix.wav', '--stems', stems)
        self.assertEqual({p.name for p in stems.iterdir()},
                         {'lead.wav', 'pad.wav', 'mix.wav', 'other.wav'})
        self.assertEqual((stems / 'other.wav').read_text(), 'not ours')

    def test_more_tracks_than_files_may_be_open(self):
        session = self.session({f'track {i}': noise(i, 0.1) for i in range(70)})
        stems = self.out / 'stems'
        run('render', session, '-q', '--stems', stems,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 1024)))
        self.assertEqual(len(list(stems.iterdir())), 70)
        self.fails(session, '--stems', self.out / 'more', says=['too many files', 'ulimit -n'],
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)))

    def test_a_full_disk(self):
        session = self.small(4)
        target = self.out / 'a.wav'
        target.write_bytes(b'what was there before')

        def small_disk():
            resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))
        self.fails(session, '-o', target, '--stems', self.out / 'stems', preexec_fn=small_disk)
        self.fails(session, '-o', self.out / 'new' / 'mix.wav', '--stems', self.out / 'new',
                   preexec_fn=small_disk)
        self.assertEqual(target.read_bytes(), b'what was there before')

    def test_no_numbers_in_a_file_are_silenced_and_counted(self):
        pad = noise(3, 1)
        pad[100:110, 0], pad[200, 1] = np.nan, np.inf
        session = self.session({'lead': noise(1, 1), 'pad': pad}, {'lead': 'lead'})
        _, err = run('render', session, '-o', self.out / 'a.wav', '--format', 'wav-float')
        self.assertIn('pad: 11 samples', err)
        self.assertTrue(np.isfinite(read(self.out / 'a.wav')).all())
        _, err = run('render', session, '-o', self.out / 'a.wav', '--normalize', -30)
        self.assertIn('pad: 11 samples', err)

    def test_a_damaged_sample_does_not_stop_the_carve(self):
        """A number far beyond any audio, such as damaged files hold, in the first second."""
        lead, pad = band_noise(1, 4, 1000, 2000, 0.03), noise(2, 4, 0.05)
        whole = self.session({'lead': lead, 'pad': pad}, {'lead': 'lead'}, name='whole')
        pad = pad.copy()
        pad[1000:1003] = 1e30
        damaged = self.session({'lead': lead, 'pad': pad}, {'lead': 'lead'}, name='damaged')
        for timing in ('playback', 'live'):
            carved, after_damage = (self.render(s, '--timing', timing)[3 * RATE:]
                                    for s in (whole, damaged))
            taken = (self.render(whole, '--dry')[3 * RATE:] - carved).std()
            self.assertGreater(taken, 0.001)
            self.assertLess((carved - after_damage).std(), 0.3 * taken)
            report = self.folder / 'report.json'
            self.render(damaged, '--timing', timing, '--report', report)
            for track in json.loads(report.read_text())['tracks']:
                self.assertIsNotNone(track['loudness_after'])

    def test_clipping_is_said(self):
        session = self.session({'lead': noise(1, 1, 0.9)})
        _, err = run('render', session, '-o', self.out / 'a.wav')
        self.assertIn('full scale', err)
        _, err = run('render', session, '-o', self.out / 'b.wav', '--format', 'wav-float')
        self.assertEqual(err, '')

    def test_interrupted(self):
        session = self.small(120)
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([spec.PROGRAM, 'render', session, '-o', self.out / 'a.wav',
                                        '--stems', self.out / 'stems', '--block-size', '1'],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            deadline = time.monotonic() + 60
            while not any(self.out.iterdir()) and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertTrue(any(self.out.iterdir()))
            process.send_signal(number)
            out, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 128 + number, err)
            self.assertIn(b'nterrupted', err)
            self.assertEqual(list(self.out.iterdir()), [])

    def test_a_report_that_cannot_be_written(self):
        session = self.small()
        self.fails(session, '-o', self.out / 'a.wav', '--report', self.folder / 'no' / 'report.json',
                   says=['report.json', 'create'])
        (self.out / 'folder').mkdir()
        self.fails(session, '-o', self.out / 'a.wav', '--report', self.out / 'folder',
                   says=['folder'])


if __name__ == '__main__':
    spec.main()
