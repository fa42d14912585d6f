# SPDX-License-Identifier: GPL-3.0-or-later
"""Under a session manager: announced, opened, saved, switched; no session before it says so."""
import json
import os
import signal
import socket
import subprocess
import time

import spec
from osc import Program, Remote, decode, encode
from spec import noise, run

BAD_PROJECT, NO_SESSION_OPEN, CREATE_FAILED = -9, -6, -10


class Manager:
    """What nsmd does, as far as a client sees it."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(20)
        self.socket.bind(('127.0.0.1', 0))
        self.url = f'osc.udp://localhost:{self.socket.getsockname()[1]}/'
        self.client = None

    def receive(self, *ignored):
        while True:
            data, self.client = self.socket.recvfrom(65536)
            message = decode(data)
            if message[0] not in ('/nsm/client/message', *ignored):
                return message

    def send(self, path, types='', *values):
        self.socket.sendto(encode(path, types, *values), self.client)

    def welcome(self):
        """The announcement, answered."""
        message = self.receive()
        self.send('/reply', 'ssss', '/nsm/server/announce', 'hello', 'fake', ':server-control:')
        return message

    def open(self, path, client='wideberth.nABC'):
        self.send('/nsm/client/open', 'sss', str(path), 'Song', client)
        return self.receive('/nsm/client/is_clean', '/nsm/client/is_dirty')


class Managed(spec.Case):
    def setUp(self):
        super().setUp()
        self.manager = Manager()
        self.addCleanup(self.manager.socket.close)

    def start(self):
        program = Program(self, env={'NSM_URL': self.manager.url}, wait=False)
        return program

    def test_it_announces_itself_and_waits(self):
        program = self.start()
        path, types, values = self.manager.welcome()
        self.assertEqual((path, types), ('/nsm/server/announce', 'sssiii'))
        self.assertEqual(values[0], 'Wideberth')
        self.assertEqual(values[2:], ['wideberth', 1, 1, program.process.pid])
        self.assertEqual(set(values[1].strip(':').split(':')), {'switch', 'dirty', 'message'})
        self.manager.send('/nsm/client/save')
        path, types, values = self.manager.receive()
        self.assertEqual((path, types, values[:2]),
                         ('/error', 'sis', ['/nsm/client/save', NO_SESSION_OPEN]))
        program.stop()

    def test_a_new_session_is_made_and_saved(self):
        program = self.start()
        self.manager.welcome()
        path = self.folder / 'nsm' / 'Song' / 'wideberth.nABC'
        answer, _, values = self.manager.open(path)
        self.assertEqual((answer, values[0]), ('/reply', '/nsm/client/open'))
        program.wait_until_ready()
        self.assertEqual(json.loads((path / 'session.json').read_text())['tracks'], [])
        self.manager.send('/nsm/client/session_is_loaded')

        remote = Remote(program.port)
        self.addCleanup(remote.close)
        remote.call('/track/add', 'si', 'Vox', 1)
        self.assertEqual(self.manager.receive('/nsm/client/is_clean')[0], '/nsm/client/is_dirty')
        remote.call('/undo')
        self.assertEqual(self.manager.receive()[0], '/nsm/client/is_clean')
        remote.call('/redo')
        self.assertEqual(self.manager.receive()[0], '/nsm/client/is_dirty')
        self.manager.send('/nsm/client/save')
        got = [self.manager.receive() for _ in range(2)]
        self.assertEqual({message[0] for message in got}, {'/reply', '/nsm/client/is_clean'})
        self.assertEqual(json.loads((path / 'session.json').read_text())['tracks'][0]['name'],
                         'Vox')
        program.stop()

    def test_it_switches_and_names_what_is_wrong(self):
        program = self.start()
        self.manager.welcome()
        self.manager.open(self.folder / 'a')
        program.wait_until_ready()
        song = self.session({'vox': noise(1, 1)}, name='b')
        self.assertEqual(self.manager.open(song)[0], '/reply')
        program.wait_until_ready()
        remote = Remote(program.port)
        self.addCleanup(remote.close)
        self.assertEqual(len(remote.call('/tracks')), 1)

        broken = self.folder / 'c'
        broken.mkdir()
        (broken / 'session.json').write_text('{')
        answer, types, values = self.manager.open(broken)
        self.assertEqual((answer, types, values[:2]),
                         ('/error', 'sis', ['/nsm/client/open', BAD_PROJECT]))
        (self.folder / 'file').write_text('')
        self.assertEqual(self.manager.open(self.folder / 'file' / 'd')[2][1], CREATE_FAILED)
        self.assertEqual(len(remote.call('/tracks')), 1)
        program.stop()

    def test_it_is_started_without_arguments(self):
        process = subprocess.Popen([spec.PROGRAM], stderr=subprocess.DEVNULL,
                                   env={**os.environ, 'NSM_URL': self.manager.url})
        self.assertEqual(self.manager.welcome()[0], '/nsm/server/announce')
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=20), 0)

    def test_refused_is_said(self):
        program = self.start()
        self.manager.receive()
        self.manager.send('/error', 'sis', '/nsm/server/announce', -2, 'wrong version')
        self.assertIn('wrong version', program.stop(number=None, status=1))

    def test_a_bad_address_is_said(self):
        _, err = run('run', '--driver', 'dummy', env={'NSM_URL': 'http://localhost/'}, status=1)
        self.assertIn('osc.udp://HOST:PORT/', err)

    def test_others_are_not_obeyed(self):
        program = self.start()
        self.manager.welcome()
        for junk in (b'', b'/nsm', encode('/nsm/client/open'), encode('/nsm/client/open', 'sss',
                     'relative', 'x', 'y'), encode('/nsm/client/open', 'sss', b'/\xff', 'x', 'y'),
                     encode('/reply'), encode('/error', 'i', 3), os.urandom(64)):
            self.manager.socket.sendto(junk, self.manager.client)
        time.sleep(0.2)
        self.assertIsNone(program.process.poll())
        program.stop()


if __name__ == '__main__':
    spec.main()
