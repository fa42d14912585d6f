# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote control over OSC: every path is documented and does what it says; whatever else comes
changes nothing."""
import json
import math
import os
import random
import re
import signal
import struct
import subprocess
import time
from pathlib import Path

import spec
from osc import Program, Remote, bundle, encode
from spec import noise, run

TOP = Path(os.environ.get('top_srcdir', Path(__file__).resolve().parent.parent))
PACKETS = 20000


class Controlled(spec.Case):
    """A session of two tracks that runs, and a remote control."""

    def setUp(self):
        super().setUp()
        self.path = self.session({'pad': noise(1, 2), 'vox': noise(2, 2)}, {'vox': 'lead'})
        self.program = Program(self, self.path)
        self.remote = self.surface()
        self.ids = {name: id for id, name, _, _ in self.remote.call('/tracks')}

    def surface(self, **keywords):
        remote = Remote(self.program.port, **keywords)
        self.addCleanup(remote.close)
        return remote

    def track(self, rest, name='vox'):
        return f'/track/{self.ids[name]}/{rest}'

    def document(self):
        self.remote.call('/save')
        document = json.loads((self.path / 'session.json').read_text())
        document.pop('connections')
        return document

    def refuses(self, path, types, *values, says=''):
        with self.assertRaisesRegex(LookupError, says):
            self.remote.call(path, types, *values)


class Paths(Controlled):
    def test_each_is_documented(self):
        documented = set(re.findall(r'^\| `(/[^` ]+)', (TOP / 'doc/osc.md').read_text(), re.M))
        listed = {entry[0] for entry in self.remote.call('/list')}
        self.assertEqual(documented - listed, set())
        self.assertEqual(listed - documented, set())

    def test_types_of_replies_are_those_of_the_list(self):
        for path, kind, types, *_ in self.remote.call('/list'):
            if kind == 'action':
                continue
            self.remote.send(path.replace('ID', str(self.ids['vox'])))
            (answer, got, _), = self.remote.settle()
            self.assertEqual(answer, '/reply', path)
            if not types.endswith('...'):
                self.assertEqual(got, 's' + types, path)

    def test_one_entry_of_the_list(self):
        entry, = self.remote.call('/list', 's', '/track/77/gain_db')
        self.assertEqual(entry[:5], ['/track/ID/gain_db', 'parameter', 'f', '-120..24', 'dB'])
        self.refuses('/list', 's', '/track/77/pony')


class Parameters(Controlled):
    def test_each_number_and_flag_can_be_set_and_undone(self):
        before = self.document()
        for path, kind, types, span, *_ in self.remote.call('/list'):
            found = re.fullmatch(r'(?:-1\|)?([-0-9.]+)\.\.([-0-9.]+)', span)
            if kind != 'parameter' or not found or path.startswith(('/listen', '/track/ID/listen')):
                continue
            low, high = map(float, found.groups())
            path = path.replace('ID', str(self.ids['pad']))
            value = (low + high) / 2 + 1 if high > 1 else high
            if path == '/session/loop':
                self.remote.call('/session/loop_end', 'h', 1000)
            self.remote.call('/undo/name')
            was = self.remote.get(path)
            if was == value:
                value = low
            self.remote.call(path, 'd', value)
            self.assertAlmostEqual(self.remote.get(path), value, 3, path)
            self.assertEqual(self.remote.call('/modified'), [[1]])
            self.assertTrue(self.remote.get('/undo/name'))
            self.remote.call('/undo')
            self.assertEqual(self.remote.get(path), was, path)
            self.refuses(path, 'd', high + 1)
            self.refuses(path, 'd', low - 2)
            self.refuses(path, 'f', math.nan)
            self.refuses(path, 'd', math.inf)
            self.refuses(path, 's', '1')
            self.refuses(path, 'ff', 0, 0)
            self.assertEqual(self.remote.get(path), was, path)
            if path == '/session/loop':
                self.remote.call('/undo')
        self.assertEqual(self.document(), before)

    def test_a_float_is_the_decimal_number_it_was_made_of(self):
        self.remote.call(self.track('gain_db'), 'f', -3.1)
        track = [t for t in self.document()['tracks'] if t['name'] == 'vox'][0]
        self.assertEqual(track['gain_db'], -3.1)

    def test_flags_take_what_surfaces_send(self):
        for types, values, flag in (('T', (), 1), ('F', (), 0), ('f', (1.0,), 1), ('i', (0,), 0),
                                    ('d', (1.0,), 1)):
            self.remote.call(self.track('mute'), types, *values)
            self.assertEqual(self.remote.get(self.track('mute')), flag)

    def test_words(self):
        for path, good, bad in (
                (self.track('role'), 'background', 'boss'),
                (self.track('colour'), '#0a1b2c', '0a1b2c'),
                (self.track('name'), 'Löwe', ' '),
                ('/session/guard', 'high', 'max'),
                ('/session/record_format', 'flac', 'mp3')):
            self.remote.call(path, 's', good)
            self.assertEqual(self.remote.get(path), good)
            self.refuses(path, 's', bad)
            self.refuses(path, 's', b'\xff\xfe')
            self.refuses(path, 'f', 1)
            self.refuses(path, 's', 'x' * 5000)
            self.assertEqual(self.remote.get(path), good)
        self.refuses(self.track('name'), 's', 'two\nlines')

    def test_bounds_that_cross_are_refused(self):
        self.remote.call(self.track('low_hz'), 'f', 5000)
        self.refuses(self.track('high_hz'), 'f', 4000, says='low_hz')
        self.assertEqual(self.remote.get(self.track('high_hz')), 20000)
        self.refuses('/transport/loop', 'hh', 100, 100)
        self.remote.call('/transport/loop', 'hh', 100, 200)
        self.assertEqual([self.remote.get('/session/' + key)
                          for key in ('loop_start', 'loop_end', 'loop')], [100, 200, 1])

    def test_a_fader_drag_is_one_step(self):
        for gain in range(20):
            self.remote.call(self.track('gain_db'), 'f', -gain - 1)
        self.remote.call('/undo')
        self.assertEqual(self.remote.get(self.track('gain_db')), 0)
        self.assertEqual(self.remote.get('/undo/name'), '')
        self.refuses('/undo', '')
        self.remote.call('/redo')
        self.assertEqual(self.remote.get(self.track('gain_db')), -20)


class Tracks(Controlled):
    def test_come_move_and_go(self):
        new = self.remote.call('/track/add', 'si', 'Neu', 1)[0][0]
        pad, vox = self.ids['pad'], self.ids['vox']
        self.assertEqual(self.remote.get('/track/order'), [pad, vox, new])
        self.remote.call(f'/track/{new}/move', 'i', 0)
        self.assertEqual(self.remote.get('/track/order'), [new, pad, vox])
        self.refuses(f'/track/{new}/move', 'i', 3)
        self.remote.call(f'/track/{new}/name', 's', 'vox')
        self.assertEqual(self.remote.get(f'/track/{new}/name'), 'vox 2')
        self.remote.call(self.track('never', 'pad'), 'ii', vox, 1)
        self.assertEqual(self.remote.get(self.track('never', 'pad')), vox)
        self.refuses(self.track('never', 'pad'), 'ii', pad, 1)
        self.remote.call(self.track('remove'))
        self.refuses(self.track('gain_db'), '', says='no track')
        self.remote.call('/undo')
        self.assertEqual(self.remote.get(self.track('role')), 'lead')
        self.refuses('/track/add', 'si', 'Six', 6)

    def test_clips(self):
        before = self.remote.call(self.track('clips'))
        self.assertEqual(len(before), 1)
        self.remote.call(self.track('clip/add'), 'shhh', before[0][1], 48000, 100, 200)
        self.assertEqual(self.remote.call(self.track('clips'))[1][:5],
                         [1, before[0][1], 48000, 100, 200])
        self.refuses(self.track('clip/add'), 'sh', 'audio/none.wav', 0)
        self.refuses(self.track('clip/add'), 'sh', '../session/audio/vox.wav', 0)
        self.refuses(self.track('clip/add'), 'sh', before[0][1], -1)
        self.remote.call(self.track('clip/remove'), 'i', 1)
        self.refuses(self.track('clip/remove'), 'i', 1)
        self.assertEqual(self.remote.call(self.track('clips')), before)

    def test_listen_is_no_step(self):
        self.remote.call(self.track('listen'), 'i', 1)
        self.assertEqual(self.remote.get(self.track('listen')), 1)
        self.assertEqual(self.remote.get('/undo/name'), '')


class Transport(Controlled):
    def wait_for(self, path, value):
        for _ in range(500):
            if self.remote.get(path) == value:
                return
            time.sleep(0.02)
        self.assertEqual(self.remote.get(path), value)

    def test_play_locate_stop(self):
        self.remote.call('/transport/locate', 'f', 0.5)
        self.wait_for('/transport/position', [24000, 0.5])
        self.remote.call('/transport/locate', 'h', 100)
        self.wait_for('/transport/position', [100, 100 / 48000])
        self.refuses('/transport/locate', 'h', -1)
        self.refuses('/transport/locate', 'd', math.nan)
        self.remote.call('/transport/play')
        self.wait_for('/transport/state', 'rolling')
        self.remote.call('/transport/stop')
        self.wait_for('/transport/state', 'stopped')


class Subscriptions(Controlled):
    def test_changes_are_pushed_and_only_once(self):
        other = self.surface()
        other.send('/subscribe', 'sf', self.track('gain_db'), 50)
        self.assertEqual(other.pushed(self.track('gain_db')), [0])
        self.remote.call(self.track('gain_db'), 'f', -12)
        self.assertEqual(other.pushed(self.track('gain_db')), [-12])
        self.remote.call(self.track('pan'), 'f', 1)
        self.assertEqual(other.settle(), [])
        other.call('/unsubscribe', 's', self.track('gain_db'))
        self.remote.call(self.track('gain_db'), 'f', -13)
        time.sleep(0.1)
        self.assertEqual(other.settle(), [])

    def test_the_prefix_chooses(self):
        other = self.surface()
        other.call('/subscribe', 'sf', self.track(''), 20)
        time.sleep(0.3)
        paths = {path for path, _, _ in other.settle()}
        self.assertTrue(all(path.startswith(self.track('')) for path in paths))
        self.assertIn(self.track('carve'), paths)
        self.assertIn(self.track('name'), paths)

    def test_tracks_may_go_meanwhile(self):
        other = self.surface()
        other.call('/subscribe', 'sf', '/track/', 100)
        pushed = set()
        for _ in range(10):
            new = self.remote.call('/track/add', 's', 'Short')[0][0]
            for _ in range(100):
                pushed |= {path for path, _, _ in other.settle()}
                if f'/track/{new}/role' in pushed:
                    break
                time.sleep(0.01)
            self.assertIn(f'/track/{new}/role', pushed)
            self.remote.call(f'/track/{new}/remove')
        self.remote.call(self.track('remove'))
        other.settle()
        time.sleep(0.1)
        self.assertFalse([path for path, _, _ in other.settle() if path.startswith(self.track(''))])

    def test_who_subscribes_again_gets_all_again(self):
        other = self.surface()
        for _ in range(3):
            other.send('/subscribe', 'sf', self.track('pan'), 50)
            self.assertEqual(other.pushed(self.track('pan')), [0])

    def test_their_number_is_bounded(self):
        others = [self.surface() for _ in range(33)]
        for other in others[:32]:
            other.call('/subscribe', 'sf', '/mix/meter', 1)
        with self.assertRaisesRegex(LookupError, 'too many'):
            others[32].call('/subscribe', 'sf', '/mix/meter', 1)
        others[0].call('/subscribe', 'sf', '/mix/meter', 2)
        others[0].call('/unsubscribe', 's', '/mix/meter')
        others[32].call('/subscribe', 'sf', '/mix/meter', 1)
        for rate in (0, -1, 1e9, math.nan):
            self.refuses('/subscribe', 'sf', '/mix', rate)


class Network(Controlled):
    def test_only_this_machine_is_listened_to(self):
        text = Path('/proc/net/udp').read_text() + Path('/proc/net/udp6').read_text()
        places = [line.split()[1].split(':') for line in text.splitlines() if ':' in line[:20]]
        here = {place for place, port in places if int(port, 16) == self.program.port}
        self.assertTrue(here)
        self.assertLessEqual(here, {'0100007F', '0' * 24 + '01000000'})

    def test_both_internet_protocols_are_spoken(self):
        try:
            remote = self.surface(host='::1')
        except OSError as error:
            self.skipTest(f'no IPv6 here: {error}')
        self.assertEqual(len(remote.call('/tracks')), 2)

    def test_all_interfaces_if_asked(self):
        self.program.stop()
        self.program = Program(self, self.path, '--osc-any')
        text = Path('/proc/net/udp').read_text()
        self.assertIn(f'00000000:{self.program.port:04X}', text)
        self.assertEqual(len(self.surface().call('/tracks')), 2)

    def test_bundles_are_applied_at_once(self):
        mute, solo = (encode(self.track(key), 'i', 1) for key in ('mute', 'solo'))
        self.remote.socket.send(bundle(mute, bundle(solo), time=2 ** 63))
        self.assertEqual(self.remote.settle(), [])
        self.assertEqual([self.remote.get(self.track(key)) for key in ('mute', 'solo')], [1, 1])

    def test_answers_are_not_answered(self):
        self.remote.send('/error', 'ss', '/x', 'y')
        self.remote.send('/reply', 's', '/x')
        self.assertEqual(self.remote.settle(), [])

    def test_hostile_packets_change_nothing(self):
        before = self.document()
        rng = random.Random(1)
        targets = [encode(path.replace('ID', str(self.ids['vox'])), 'f', 1e30)
                   for path, kind, types, *_ in self.remote.call('/list')
                   if kind == 'parameter' and types in ('f', 'h', 'i')]
        for n in range(PACKETS):
            self.remote.socket.send(hostile(rng, targets))
            if n % 20 == 19:
                self.remote.settle()
        self.assertEqual(self.document(), before)

    def test_mutated_packets_leave_a_sound_session(self):
        rng = random.Random(2)
        good = [encode(path.replace('ID', str(self.ids['vox'])), types.replace('...', ''),
                       *['x' if t == 's' else 1 for t in types if t != '.'])
                for path, _, types, *_ in self.remote.call('/list')
                if not path.startswith(('/quit', '/record', '/sync'))]
        for n in range(PACKETS):
            packet = bytearray(rng.choice(good))
            for _ in range(rng.randint(1, 3)):
                packet[rng.randrange(len(packet))] = rng.randrange(256)
            self.remote.socket.send(packet)
            if n % 50 == 49:
                self.remote.settle()
        self.remote.call('/save')
        self.program.stop()
        self.render(self.path, '--end', '0.1')


def hostile(rng, targets):
    """Nothing that a session may take."""
    kind = rng.randrange(8)
    target = rng.choice(targets)
    if kind == 0:
        return rng.randbytes(rng.randrange(200))
    if kind == 1:
        return target[:rng.randrange(len(target))]
    if kind == 2:
        return bundle(*[target] * rng.randrange(5))[:-rng.randint(1, 8)]
    if kind == 3:
        nested = target
        for _ in range(rng.randint(1, 200)):
            nested = bundle(nested)
        return nested
    if kind == 4:
        return target[:-4] + struct.pack('>I', rng.choice((0x7fc00000, 0x7f800000, 0xff800000)))
    if kind == 5:
        return encode('/' + 'x' * rng.randrange(1, 2000), 's', 'y' * rng.choice((10, 1000, 50000)))
    if kind == 6:
        return b'/track/1/name\0\0\0,' + rng.choice(b'sbhdtm[]TFNI\xff').to_bytes(1, 'big') * 2 + \
            b'\0' + rng.randbytes(3)
    return b'#bundle\0' + bytes(8) + struct.pack('>i', rng.choice((-4, 2 ** 31 - 1, 10 ** 6))) + \
        target


class CommandLine(Controlled):
    def ctl(self, *arguments, **keywords):
        out, err = run('ctl', '--port', self.program.port, *arguments, **keywords)
        return out.splitlines() if not err else err

    def test_set_and_ask(self):
        self.assertEqual(self.ctl(self.track('gain_db'), -3.1), [])
        self.assertEqual(self.ctl(self.track('gain_db')), ['-3.1'])
        self.ctl(self.track('name'), '12')
        self.assertEqual(self.ctl(self.track('name')), ['12'])
        self.ctl(self.track('mute'), 'on')
        self.assertEqual(self.ctl(self.track('mute')), ['1'])
        self.assertEqual(len(self.ctl('/tracks')), 2)
        self.assertIn('/track/ID/gain_db', '\n'.join(self.ctl('/list')))

    def test_errors(self):
        self.assertIn('unknown path', self.ctl('/nothing', status=1))
        self.assertIn('must be from', self.ctl(self.track('pan'), 7, status=1))
        self.assertIn('not a number', self.ctl(self.track('pan'), 'left', status=1))
        self.assertIn('OSC path', self.ctl('nothing', status=2))
        out, err = run('ctl', '--url', 'osc.udp://127.0.0.1:1/', '--timeout', 0.2, '/tracks',
                       status=1)
        self.assertIn('nobody answers', err)
        self.assertIn('osc.udp://HOST', run('ctl', '--url', 'http://x/', '/tracks', status=1)[1])

    def test_watch(self):
        watch = subprocess.Popen([spec.PROGRAM, 'ctl', '-p', str(self.program.port), '--watch',
                                  self.track('gain_db')], stdout=subprocess.PIPE)
        self.assertEqual(watch.stdout.readline().decode(), self.track('gain_db') + '\t0\n')
        self.remote.call(self.track('gain_db'), 'f', -7.5)
        self.assertEqual(watch.stdout.readline().decode(), self.track('gain_db') + '\t-7.5\n')
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(timeout=20), 0)
        watch.stdout.close()

    def test_quit(self):
        self.ctl('/quit')
        self.program.stop(number=None)


if __name__ == '__main__':
    spec.main()
