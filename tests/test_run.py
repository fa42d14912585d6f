# SPDX-License-Identifier: GPL-3.0-or-later
"""`wideberth run` from outside: ready, saved and stopped by signals, recording to the end."""
import json
import signal
import socket
import time

import soundfile

import spec
from osc import Program, Remote
from spec import noise, run


class Run(spec.Case):
    def setUp(self):
        super().setUp()
        self.path = self.session({'pad': noise(1, 2), 'vox': noise(2, 2)}, {'vox': 'lead'})

    def start(self, *arguments, **keywords):
        program = Program(self, self.path, *arguments, **keywords)
        if program.port:
            self.remote = Remote(program.port)
            self.addCleanup(self.remote.close)
        return program

    def test_it_stops_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self.start().stop(number)

    def test_usr1_saves(self):
        program = self.start()
        self.remote.call('/mix/strength_percent', 'f', 77)
        program.kill(signal.SIGUSR1)
        for _ in range(200):
            if self.remote.get('/modified') == 0:
                break
            time.sleep(0.02)
        document = json.loads((self.path / 'session.json').read_text())
        self.assertEqual(document['mix']['strength_percent'], 77)
        program.stop()

    def test_what_is_not_saved_is_said(self):
        program = self.start()
        self.remote.call('/mix/strength_percent', 'f', 77)
        self.assertIn('not saved', program.stop())
        document = json.loads((self.path / 'session.json').read_text())
        self.assertEqual(document['mix']['strength_percent'], 40)

    def test_a_recording_is_completed(self):
        program = self.start('--play', '--record', 'take.wav', '--format', 'wav-float')
        for _ in range(500):
            if self.remote.get('/record/state')[2] > 4800:
                break
            time.sleep(0.02)
        self.assertEqual(self.remote.get('/record/state')[0], 1)
        program.stop()
        audio, rate = soundfile.read(str(self.folder / 'take.wav'), always_2d=True)
        self.assertEqual(rate, spec.RATE)
        self.assertGreater(len(audio), 4800)
        self.assertGreater(abs(audio).max(), 0.01)

    def test_settings_of_the_command_line(self):
        program = self.start('--guard', 'high', '--format', 'flac', '--rate', 48000, '--block', 128)
        self.assertEqual(self.remote.get('/session/guard'), 'high')
        self.assertEqual(self.remote.get('/session/record_format'), 'flac')
        running, name, _, rate, block, _, _ = self.remote.get('/driver')
        self.assertEqual((running, name, rate, block), (1, 'dummy', 48000, 128))
        program.stop()

    def test_osc_can_be_off(self):
        self.assertEqual(self.start(port='off').port, 0)

    def test_a_port_that_is_taken(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(('127.0.0.1', 0))
            port = other.getsockname()[1]
            _, err = run('run', self.path, '--driver', 'dummy', '--osc-port', port, status=1)
            self.assertIn(f'cannot listen for OSC on port {port}', err)

    def test_what_cannot_be_run_says_why(self):
        for arguments, status, says in (
                (['nowhere', '--driver', 'dummy'], 1, 'no such session folder'),
                ([self.folder, '--driver', 'dummy'], 1, 'wideberth import'),
                ([], 2, 'name a session'),
                ([self.path, self.path], 2, 'name one session'),
                ([self.path, '--driver', 'asio'], 2, 'auto, jack, pipewire, dummy'),
                ([self.path, '--rate', 48000], 2, 'dummy'),
                ([self.path, '--driver', 'dummy', '--rate', 8000], 2, 'from 32000'),
                ([self.path, '--driver', 'dummy', '--block', 100000], 2, 'from 1 to 8192'),
                ([self.path, '--guard', 'max'], 2, 'off, low, normal, high'),
                ([self.path, '--format', 'mp3'], 2, 'wav-24'),
                ([self.path, '--record', 'take.xyz'], 2, 'ends in'),
                ([self.path, '--osc-port', '70000'], 2, 'from 0 to 65535')):
            _, err = run('run', '--osc-port', 0, *arguments, status=status)
            self.assertIn(says, err)


if __name__ == '__main__':
    spec.main()
