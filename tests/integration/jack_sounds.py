# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of jack_sounds.c, from Python."""
import os
import subprocess

import numpy as np

PROGRAM = os.path.abspath(os.environ.get('JACK_SOUNDS', 'tests/integration/jack_sounds'))
PERIOD = 4801       # of impulses, frames
AMPLITUDE = 0.01    # of tones


def tone_hz(output):
    """Of the output of that number, from 1 on."""
    return 60 + 3 * (output - 1)


class Sounds:
    def __init__(self, case, server, kind, outputs, ears=2, delays=(), name='sounds'):
        self.folder, self.ears, self.name = case.folder, ears, name
        self.process = subprocess.Popen(
            [PROGRAM, server.name, name, kind, *map(str, (outputs, ears, *delays))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        case.addCleanup(self.end)
        if self.process.stdout.readline() != 'ready\n':
            raise AssertionError(f'{name}: no client of {server.name}')

    def call(self, *words):
        self.process.stdin.write(' '.join(map(str, words)) + '\n')
        answer = self.process.stdout.readline()
        if answer != 'ok\n':
            raise AssertionError(f'{words}: {answer or "the client is gone"}')

    def begin_to_hear(self, frames):
        """Goes on without waiting; heard() waits."""
        self.path = self.folder / 'heard'
        self.process.stdin.write(f'record {frames} {self.path}\n')

    def heard(self):
        """(number of the first frame, samples [frame, ear])"""
        if self.process.stdout.readline() != 'ok\n':
            raise AssertionError('nothing was heard')
        data = self.path.read_bytes()
        return (int(np.frombuffer(data[:8], np.uint64)[0]),
                np.frombuffer(data[8:], np.float32).reshape(-1, self.ears))

    def hear(self, frames):
        self.begin_to_hear(frames)
        return self.heard()

    def end(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process.stdout.close()
