"""A small reverse proxy: it forwards one prefix, kept or stripped, and may rewrite the Host header, as real ones do."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

END = b"\r\n\r\n"


@dataclass
class Proxy:
    """Serves on a free port of this machine from `start` to `stop`.

    Attributes
    ----------
    refused
        Paths outside the prefix that were asked for.
    """

    upstream_port: int
    prefix: str
    keeps_prefix: bool
    host: str | None = None
    refused: list[str] = field(default_factory=list)
    port: int = 0

    def start(self) -> Proxy:
        """Serve in a thread of its own."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """End with all connections."""
        asyncio.run_coroutine_threadsafe(self._cancel(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _cancel(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(END)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        line, *headers = head.removesuffix(END).split(b"\r\n")
        method, path, version = line.split(b" ")
        if not path.startswith(self.prefix.encode()):
            self.refused.append(path.decode())
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close" + END)
            writer.close()
            return
        if not self.keeps_prefix:
            path = b"/" + path.removeprefix(self.prefix.encode())
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        request = [b" ".join((method, path, version)), *filter(None, map(self._forward, headers))]
        if not any(header.lower().startswith(b"upgrade:") for header in headers):
            request.append(b"Connection: close")
        upstream_writer.write(b"\r\n".join(request) + END)
        await asyncio.gather(_pipe(reader, upstream_writer), _pipe(upstream_reader, writer))

    def _forward(self, header: bytes) -> bytes:
        """Return a header as it is sent on, empty if it is not."""
        name, _, value = header.partition(b":")
        if name.lower() == b"connection" and value.strip().lower() != b"upgrade":
            return b""
        return b"Host: " + self.host.encode() if name.lower() == b"host" and self.host else header


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
