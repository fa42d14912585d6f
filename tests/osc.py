# SPDX-License-Identifier: GPL-3.0-or-later
"""Open Sound Control 1.0 for the tests: messages to bytes and back, and a running wideberth to talk
to."""
import os
import re
import signal
import socket
import struct
import subprocess

import spec


def padded(data):
    return data + b'\0' * (4 - len(data) % 4)


def encode(path, types='', *values):
    """The bytes of a message; text may be bytes that are no UTF-8."""
    def text(value):
        return padded(value if isinstance(value, bytes) else value.encode())

    data = text(path) + padded((',' + types).encode())
    values = iter(values)
    for kind in types:
        if kind in 'sS':
            data += text(next(values))
        elif kind == 'b':
            blob = next(values)
            data += struct.pack('>i', len(blob)) + blob + b'\0' * (-len(blob) % 4)
        elif kind in 'ihfdt':
            data += struct.pack('>' + {'i': 'i', 'h': 'q', 'f': 'f', 'd': 'd', 't': 'Q'}[kind],
                                next(values))
    return data


def bundle(*elements, time=1):
    return b'#bundle\0' + struct.pack('>Q', time) + b''.join(
        struct.pack('>i', len(element)) + element for element in elements)


def decode(data):
    """(path, types, values) of a message."""
    def text(at):
        end = data.index(b'\0', at)
        return data[at:end].decode(), end + 4 - end % 4

    path, at = text(0)
    types, at = text(at)
    values = []
    for kind in types[1:]:
        if kind == 's':
            value, at = text(at)
        else:
            form = {'i': '>i', 'h': '>q', 'f': '>f', 'd': '>d'}[kind]
            value, = struct.unpack_from(form, data, at)
            at += struct.calcsize(form)
        values.append(value)
    return path, types[1:], values


class Remote:
    """A surface: one UDP socket that talks to one port of this machine."""

    def __init__(self, port, host='127.0.0.1', timeout=20):
        self.socket = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET,
                                    socket.SOCK_DGRAM)
        self.socket.settimeout(timeout)
        self.socket.connect((host, port))
        self.number = 0

    def close(self):
        self.socket.close()

    def send(self, path, types='', *values):
        self.socket.send(encode(path, types, *values))

    def receive(self):
        return decode(self.socket.recv(65536))

    def pushed(self, path):
        """The values of the next message of this path."""
        while True:
            message = self.receive()
            if message[0] == path:
                return message[2]

    def settle(self, patience=20):
        """All that was sent since the last call, up to the answer to a /sync. Networks lose
        packets: asks again every second."""
        self.number += 1
        got = []
        self.socket.settimeout(1)
        for _ in range(patience):
            self.send('/sync', 'i', self.number)
            try:
                while True:
                    message = self.receive()
                    if message[0] != '/reply' or message[2][0] != '/sync':
                        got.append(message)
                    elif message[2][1] == self.number:
                        self.socket.settimeout(20)
                        return got
            except TimeoutError:
                pass
        raise AssertionError('the program does not answer any more')

    def call(self, path, types='', *values):
        """The values of all replies, without the path. An /error raises LookupError."""
        self.send(path, types, *values)
        replies = []
        for answer, _, got in self.settle():
            if answer == '/error':
                raise LookupError(*got)
            if answer == '/reply' and got[0] == path:
                replies.append(got[1:])
        return replies

    def get(self, path):
        values, = self.call(path)
        return values[0] if len(values) == 1 else values


class Program:
    """`wideberth run` with the dummy driver, ready."""

    def __init__(self, case, *arguments, env=None, driver=('--driver', 'dummy'), port='0',
                 wait=True):
        self.log = open(case.folder / 'run.log', 'wb+')
        self.process = subprocess.Popen(
            [spec.PROGRAM, 'run', *map(str, arguments), *driver, '--osc-port', port],
            stdout=subprocess.PIPE, stderr=self.log, cwd=case.folder,
            env={**os.environ, 'LC_ALL': 'C.UTF-8', **(env or {})})
        case.addCleanup(self.end)
        self.port = 0
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self):
        line = self.process.stdout.readline().decode()
        if not line.startswith('ready: '):
            raise AssertionError(f'{line}{self.messages()}')
        found = re.search(r'osc\.udp://localhost:(\d+)/', line)
        self.port = int(found.group(1)) if found else 0
        return line

    def messages(self):
        self.log.seek(0)
        return self.log.read().decode('utf-8', 'replace')

    def kill(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM, status=0):
        """Ends it by a signal, checks its exit status, returns what it has said."""
        if number:
            self.kill(number)
        try:
            code = self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            if 'thread' not in os.environ.get('WIDEBERTH_SANITIZERS', '') or not number:
                raise
            self.kill(number)  # ThreadSanitizer loses a signal once in a hundred times
            code = self.process.wait(timeout=20)
        text = self.messages()
        for trouble in spec.SANITIZER_TROUBLE:
            if trouble in text:
                raise AssertionError(text)
        if code != status:
            raise AssertionError(f'exit status {code}, not {status}\n{text}')
        return text

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()
