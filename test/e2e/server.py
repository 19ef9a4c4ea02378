# SPDX-License-Identifier: Apache-2.0
"""A real server for tests: fulmar serve on a free port with people of its own, and a client of it."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import time
import urllib.parse

import fulmar

PASSWORD = "nine wrens at the weir"
RATES = ["anonymous", "login", "second_factor", "refresh", "setup", "password", "keys", "trading", "cancel",
         "emergency", "analysis", "risk", "session", "read", "market_data", "run", "report", "admin", "audit",
         "stream_open", "system"]


def totp(secret, step=0):
    """RFC 6238, six digits, 30 s."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10**6:06}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """Started in `case`'s folder; ended with it."""

    def __init__(self, case, *more, name="server", fresh_rates=True):
        self.folder = case.dir / name
        self.folder.mkdir()
        rates = [f"--rate={name}=60000/1m" for name in RATES] if fresh_rates else []
        self.command = [fulmar.PROGRAM, "serve", "--bind", "127.0.0.1:0", "--json", "--state",
                        str(self.folder / "state"), "--runs", str(self.folder / "runs"), *rates, *more]
        self.env = case.env
        self.start()

    def start(self):
        self.log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen(self.command, env=self.env, stdout=subprocess.PIPE, stderr=self.log,
                                        text=True)
        text = ""
        for line in self.process.stdout:
            text += line
            if line == "}\n":
                break
        if not text:
            raise AssertionError((self.folder / "serve.log").read_text())
        self.told = json.loads(text)
        self.port = urllib.parse.urlsplit(self.told["url"]).port

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        return status

    def call(self, method, path, body=None, token=None, headers=None, raw=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        with contextlib.closing(connection):
            connection.request(method, path, body=raw, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def good(self, method, path, body=None, token=None, **more):
        answer = self.call(method, path, body, token, **more)
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.body[:2000]!r}")
        return answer.json if answer.body else None

    def set_up(self):
        """The first admin, with a second factor. Its access token, and the factor's secret."""
        self.good("POST", "/api/v1/auth/setup",
                  {"token": self.told["setup_token"], "name": "root", "password": PASSWORD})
        token = self.log_in("root")
        secret = self.good("POST", "/api/v1/auth/factor", token=token)["secret"]
        return self.good("PUT", "/api/v1/auth/factor", {"code": totp(secret)}, token)["access"], secret

    def log_in(self, name, password=PASSWORD):
        return self.good("POST", "/api/v1/auth/login", {"name": name, "password": password})["access"]

    def wait(self, path, token, until, seconds=120):
        end = time.monotonic() + seconds
        while True:
            last = self.good("GET", path, token=token)
            if until(last):
                return last
            if time.monotonic() > end:
                raise AssertionError(f"{path}: {last}")
            time.sleep(0.02)


class Stream:
    """A WebSocket client: text frames alone."""

    def __init__(self, server, token):
        ticket = server.good("POST", "/api/v1/stream/ticket", token=token)["ticket"]
        self.socket = socket.create_connection(("127.0.0.1", server.port), 120)
        self.socket.sendall(f"GET /api/v1/stream?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                            f"Origin: http://127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.socket.recv(65536)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise AssertionError(head)

    def send(self, message):
        data = json.dumps(message).encode()
        mask = os.urandom(4)
        size = len(data)
        head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0xfe]) + struct.pack(">H", size)
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def take(self, size):
        while len(self.buffer) < size:
            got = self.socket.recv(1 << 20)
            if not got:
                raise AssertionError("the stream ended")
            self.buffer += got
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read(self):
        """The next text frame as an object; a close frame as its code."""
        while True:
            first, second = self.take(2)
            size = second & 127
            if size >= 126:
                size = struct.unpack(">H" if size == 126 else ">Q", self.take(2 if size == 126 else 8))[0]
            data = self.take(size)
            if first & 15 == 8:
                return struct.unpack(">H", data[:2])[0]
            if first & 15 == 1:
                return json.loads(data)

    def until(self, good, most=5000):
        for _ in range(most):
            frame = self.read()
            if isinstance(frame, int) or good(frame):
                return frame
        raise AssertionError("no such frame came")

    def close(self):
        self.socket.close()
