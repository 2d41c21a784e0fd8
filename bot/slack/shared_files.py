"""Files that people share in Slack, for a worker that reads them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.patience import patiently, read_refusal
from bot.slack.people import NotVisible

log = logging.getLogger(__name__)

_HOSTS = (".slack.com", ".slack-edge.com")
"""Where Slack keeps files. The token goes nowhere else, whatever a file's record says."""

_GONE = "That file is not there any more. Please share it once more, or paste the text."
_NOT_OURS = "That file lives outside Slack, where I cannot open it. Please send its link, or paste the text."
_NO_RIGHT = "I may not read files here. Please paste the text, or ask an admin to allow me files (`files:read`)."
_TOO_LARGE = "That file is larger than I read ({most} MB). Please paste the part that should be checked."
_SILENT = "Slack did not give me that file. Please try again in a while, or paste the text."


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file's bytes, with the name and type that Slack knows it by."""

    data: bytes
    name: str
    content_type: str


class SharedFiles:
    """Downloads files of one workspace, with the app's token."""

    def __init__(self, client: AsyncWebClient, *, most_bytes: int, seconds: float) -> None:
        self._client = client
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._api_host = httpx.URL(client.base_url).host

    async def get(self, id: str) -> SharedFile:
        """The file with this id.

        Raises:
            NotVisible: it cannot be had, with what the person can do about it.
        """
        try:
            answer = await patiently(lambda: self._client.files_info(file=id))
        except SlackApiError as error:
            code = read_refusal(error)[0]
            raise NotVisible(_NO_RIGHT if code == "missing_scope" else _GONE) from None
        file = answer["file"]
        if file.get("mode") in ("tombstone", "hidden_by_limit"):
            raise NotVisible(_GONE)
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("is_external") or not self._is_slacks(url):
            raise NotVisible(_NOT_OURS)
        if int(file.get("size") or 0) > self._most_bytes:
            raise self._too_large()
        return SharedFile(await self._download(url), str(file.get("name") or ""), str(file.get("mimetype") or ""))

    def _is_slacks(self, url: str) -> bool:
        host = httpx.URL(url).host
        return host == self._api_host or host.endswith(_HOSTS)

    def _too_large(self) -> NotVisible:
        return NotVisible(_TOO_LARGE.format(most=self._most_bytes // 1_000_000))

    async def _download(self, url: str) -> bytes:
        headers = {"Authorization": f"Bearer {self._client.token}"}
        found = bytearray()
        try:
            # No redirect is followed: it would carry the token to wherever it leads.
            async with (
                httpx.AsyncClient(timeout=self._seconds, trust_env=False) as http,
                http.stream("GET", url, headers=headers) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    log.warning("Slack answered %d for a file", answer.status_code)
                    raise NotVisible(_SILENT if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else _GONE)
                async for piece in answer.aiter_bytes():
                    found += piece
                    if len(found) > self._most_bytes:
                        raise self._too_large()
        except httpx.HTTPError as error:
            log.warning("no file from Slack: %s", type(error).__name__)
            raise NotVisible(_SILENT) from None
        return bytes(found)
