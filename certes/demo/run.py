"""Tell every story and verify each certificate by uploading its QR."""

from collections.abc import Sequence

import httpx
from rich.console import Console
from rich.progress import track

from certes.demo.network import Running
from certes.demo.people import Story
from certes.demo.show import Result
from certes.demo.stories import api_keys, tell, verify
from certes.runtime.clock import system_clock


def run_stories(stories: Sequence[Story], running: Running, console: Console) -> list[Result]:
    """Certify all, let the lists travel, verify all. Raises Refusal when a service refuses a story."""
    stores = {code: service.desk.store for code, service in running.services.items()}
    keys = api_keys(stores, system_clock())
    with httpx.Client(timeout=30, trust_env=False) as client:
        told = [
            tell(story, running, keys[story.country, story.body], client)
            for story in track(stories, "Certifying over HTTP ...", console=console, transient=True)
        ]
        running.exchange_lists()
        return [
            Result(each, verify(each, running, client))
            for each in track(told, "Showing each QR to a verifier ...", console=console, transient=True)
        ]
