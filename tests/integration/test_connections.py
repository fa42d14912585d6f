# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is connected to whom: at first, when it is saved, when others go and come, and when the
server has no room for more ports."""
import json
import signal

from jack_house import DRIVER, Case, until
from spec import main, run


class Connections(Case):
    def setUp(self):
        super().setUp()
        self.jack = self.server(waits=False)
        self.synth = self.hand(self.jack, 'synth', outputs=2)

    def ends(self, port, expected):
        until(lambda: self.synth.connections(port) == sorted(expected),
              lambda: f'{port} leads to {expected}, not {self.synth.connections(port)}')

    def saved(self, mixer, session):
        mixer.call('/save')
        return (session / 'session.json').read_text()

    def test_a_new_session_goes_to_the_loudspeakers(self):
        session = self.live_session(('Vox', 'lead'))
        self.mixer(self.jack, session, client='one')
        self.ends('one:mix L', ['system:playback_1'])
        self.ends('one:mix R', ['system:playback_2'])
        self.ends('one:Vox L', [])
        self.ends('one:listen L', [])

    def test_unless_told_otherwise(self):
        session = self.live_session(('Vox', 'lead'))
        mixer = self.mixer(self.jack, session, '--no-connect', client='one')
        self.ends('one:mix L', [])
        mixer.call('/save')
        mixer.stop()
        self.mixer(self.jack, session, client='two')   # it is known to be unconnected
        self.ends('two:mix L', [])

    def test_saved_with_the_session(self):
        session = self.live_session(('Vox', 'lead'), ('Pad', 'background', 1))
        mixer = self.mixer(self.jack, session)
        self.synth.call('connect', 'synth:out_1', 'mixer:Vox L')
        self.synth.call('connect', 'synth:out_2', 'mixer:Pad')
        self.synth.call('disconnect', 'mixer:mix R', 'system:playback_2')
        self.synth.call('connect', 'mixer:mix R', 'system:playback_1')
        self.ends('mixer:mix R', ['system:playback_1'])
        mixer.call('/save')
        mixer.stop()

        mixer = self.mixer(self.jack, session)
        self.ends('mixer:Vox L', ['synth:out_1'])
        self.ends('mixer:Vox R', [])
        self.ends('mixer:Pad', ['synth:out_2'])
        self.ends('mixer:mix L', ['system:playback_1'])
        self.ends('mixer:mix R', ['system:playback_1'])
        self.synth.call('disconnect', 'synth:out_2', 'mixer:Pad')
        mixer.kill(signal.SIGUSR1)
        mixer.says('the session is saved')
        self.synth.call('disconnect', 'synth:out_1', 'mixer:Vox L')    # after it was saved
        mixer.stop()

        mixer = self.mixer(self.jack, session)
        self.ends('mixer:Vox L', ['synth:out_1'])
        self.ends('mixer:Pad', [])
        mixer.stop()

    def test_who_goes_is_connected_when_he_comes(self):
        session = self.live_session(('Vox', 'lead'), ('Pad', 'background', 1))
        mixer = self.mixer(self.jack, session)
        guest = self.hand(self.jack, 'guest', outputs=2)
        guest.call('connect', 'guest:out_1', 'mixer:Pad')
        until(lambda: 'guest:out_1' in self.saved(mixer, session), 'the mixer has noticed')
        for leave in (guest.end, guest.kill):
            getattr(guest, leave.__name__)()
            guest = self.hand(self.jack, 'guest', outputs=2)
            self.ends('mixer:Pad', ['guest:out_1'])
        guest.end()
        mixer.call('/save')                # who is away is not forgotten
        mixer.stop()
        mixer = self.mixer(self.jack, session)
        guest = self.hand(self.jack, 'guest', outputs=2)
        self.ends('mixer:Pad', ['guest:out_1'])
        guest.call('disconnect', 'guest:out_1', 'mixer:Pad')
        mixer.call('/save')                # the user wanted it so
        guest.end()
        guest = self.hand(self.jack, 'guest', outputs=2)
        other = self.hand(self.jack, 'other', inputs=1)
        other.call('connect', 'mixer:mix L', 'other:in_1')
        self.ends('mixer:mix L', ['other:in_1', 'system:playback_1'])
        self.ends('mixer:Pad', [])
        mixer.stop()

    def test_names_follow_the_tracks(self):
        session = self.live_session(('Vox', 'lead', 1), ('Pad', 'background', 1))
        mixer = self.mixer(self.jack, session)
        self.synth.call('connect', 'synth:out_1', 'mixer:Vox')
        self.ends('mixer:Vox', ['synth:out_1'])
        mixer.call('/track/1/name', 's', 'Sängerin: "A"')
        self.ends('mixer:Sängerin: "A"', ['synth:out_1'])
        mixer.call('/track/1/remove')
        until(lambda: not any('Sängerin' in port for port in self.synth.ports()), 'the port goes')
        mixer.call('/undo')
        self.ends('mixer:Sängerin: "A"', ['synth:out_1'])
        mixer.call('/undo')
        self.ends('mixer:Vox', ['synth:out_1'])
        mixer.call('/track/2/direct_out', 'i', 1)
        self.ends('mixer:Pad out L', [])
        mixer.stop()


class Room(Case):
    """A server with few ports."""

    def test_at_the_start(self):
        server = self.server(port_max=10, waits=False)
        session = self.live_session(*((f'Track {n}', 'background') for n in range(8)))
        _, said = run('run', session, '--driver', 'jack', '--server', server.name, status=1)
        self.assertIn('no room for the port "Track ', said)
        self.assertIn('-p (--port-max)', said)
        self.assertEqual(len(said.splitlines()), 1)

    def test_while_it_runs(self):
        server = self.server(port_max=16, waits=False)
        hand = self.hand(server)
        mixer = self.mixer(server, self.live_session(('Vox', 'lead')))
        ids = [mixer.call('/track/add', 'si', f'New {n}', 2)[0][0] for n in range(5)]
        mixer.says('no room for the port "New')
        mixer.says('-p (--port-max)')
        said = mixer.messages()
        for gain in range(3):
            mixer.call('/mix/gain_db', 'f', gain)
        self.assertEqual(mixer.messages(), said)       # once
        self.assertTrue(mixer.running())
        self.assertEqual(len(mixer.call('/tracks')), 6)
        self.assertNotIn('mixer:New 4 L', hand.ports())
        for number in ids[:3]:
            mixer.call(f'/track/{number}/remove')
        until(lambda: {'mixer:New 4 L', 'mixer:New 4 R'} <= set(hand.ports()),
              lambda: f'room is used; {hand.ports()}')
        mixer.stop()

    def test_a_smaller_server_comes_back(self):
        server = self.server(port_max=64, waits=False)
        mixer = self.mixer(server, self.live_session(*((f'T{n}', 'lead', 1) for n in range(12))))
        server.kill()
        mixer.says('the audio server is gone')
        server.port_max = 12
        server.start()
        mixer.says('-p (--port-max)')
        mixer.says('the audio server is back')
        mixer.record()
        mixer.records_beyond(4800)
        mixer.stop()

    def test_no_server(self):
        session = self.live_session(('Vox', 'lead'))
        _, said = run('run', session, '--driver', DRIVER, '--server', 'wideberth-test-none',
                      status=1)
        name = {'jack': 'JACK', 'pipewire': 'PipeWire'}[DRIVER]
        self.assertIn(f'no {name} server "wideberth-test-none" is running', said)
        self.assertIn('--driver dummy', said)
        self.assertEqual(len(said.splitlines()), 1)
        self.assertEqual(json.loads((session / 'session.json').read_text())['tracks'][0]['name'],
                         'Vox')


if __name__ == '__main__':
    main()
