# SPDX-License-Identifier: GPL-3.0-or-later
"""What the script tests share: the program, small sessions, and a report in cmocka's form.

The program is $WIDEBERTH, or ./wideberth of the build folder the tests run in.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import soundfile

PROGRAM = os.path.abspath(os.environ.get('WIDEBERTH', './wideberth'))
RATE = 48000
SANITIZER_TROUBLE = ('AddressSanitizer', 'LeakSanitizer', 'ThreadSanitizer', 'runtime error:')

# What a shell starts in the background, or nohup, ignores some of these, and so would the program.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)


def run(*arguments, status=0, env=None, **keywords):
    """Runs the program, with env added to the environment, and checks its exit status. Returns
    (stdout, stderr)."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, timeout=300,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', **(env or {})}, **keywords)
    out, err = (text.decode('utf-8', 'replace') for text in (done.stdout, done.stderr))
    for trouble in SANITIZER_TROUBLE:
        if trouble in err:
            raise AssertionError(err)
    if done.returncode != status:
        raise AssertionError(f'{arguments}: exit status {done.returncode}, not {status}\n{out}{err}')
    return out, err


def noise(seed, seconds, level=0.1, channels=2):
    return level * np.random.default_rng(seed).standard_normal((int(seconds * RATE), channels))


def band_noise(seed, seconds, low, high, level=0.1, channels=2):
    """Noise between two frequencies in Hz, of an RMS of level."""
    spectrum = np.fft.rfft(noise(seed, seconds, 1, channels), axis=0)
    f = np.fft.rfftfreq(int(seconds * RATE), 1 / RATE)
    spectrum[(f < low) | (f > high)] = 0
    x = np.fft.irfft(spectrum, int(seconds * RATE), axis=0)
    return x * level / np.sqrt((x ** 2).mean())


def level_db(x, low, high):
    """Level in dB of what lies between two frequencies."""
    spectrum = abs(np.fft.rfft(x * np.hanning(len(x))[:, None], axis=0)) ** 2
    f = np.fft.rfftfreq(len(x), 1 / RATE)
    return 10 * np.log10(spectrum[(f >= low) & (f < high)].sum() + 1e-30)


def read(path):
    return soundfile.read(str(path), always_2d=True)[0]


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='wideberth-test-')
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def session(self, stems, roles=None, gains=None, rate=RATE, name='session', subtype='FLOAT'):
        """Imports stems {name: samples} with roles {name: role}; returns the session's folder."""
        source = self.folder / (name + '-stems')
        source.mkdir()
        tracks = []
        for stem, samples in stems.items():
            soundfile.write(str(source / (stem + '.wav')), samples, rate, subtype=subtype)
            tracks.append({'file': stem + '.wav', 'role': (roles or {}).get(stem, 'background'),
                           'reference_gain_db': (gains or {}).get(stem, 0)})
        (source / 'roles.json').write_text(json.dumps({'tracks': tracks}))
        run('import', source, '-o', self.folder / name)
        return self.folder / name

    def edit(self, session, change):
        """Calls change(document) on the session's JSON and writes it back."""
        path = session / 'session.json'
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    def render(self, session, *arguments, name='mix.wav', **keywords):
        """Renders to float, returns the bus."""
        path = self.folder / name
        run('render', session, '-q', '-o', path, '--format', 'wav-float', *arguments, **keywords)
        return read(path)


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        print('[ RUN      ]', test.id(), flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        print('[       OK ]', test.id(), flush=True)


def main():
    """Runs the tests of the calling script and closes as a cmocka program would."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])
    print(f'[==========] Running {suite.countTestCases()} test(s).', flush=True)
    result = unittest.TextTestRunner(sys.stderr, verbosity=0, resultclass=Result).run(suite)
    failed = len(result.failures) + len(result.errors)
    if result.skipped:
        print(f'[  SKIPPED ] {len(result.skipped)} test(s).')
    if failed:
        print(f'[  FAILED  ] {failed} test(s).')
    sys.exit(1 if failed else 0)
