"""Headers that a host should send with the files of the site: what a policy inside a page cannot say."""

from __future__ import annotations

from typing import Final

__all__ = ["HEADERS", "headers_file"]

HEADERS: Final = {
    "Content-Security-Policy": "frame-ancestors 'self'",  # beside the policy of each page, which browsers also obey
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers_file() -> bytes:
    """Return the file ``_headers`` that Netlify and Cloudflare Pages read at the root of a host; elsewhere it does nothing."""
    return "".join(["/*\n", *(f"  {name}: {value}\n" for name, value in HEADERS.items())]).encode()
