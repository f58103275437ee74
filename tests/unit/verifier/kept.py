"""What an earlier run of a verifier left on disk, and settings for one whose registry does not answer."""

from pathlib import Path

from tests.unit.verifier.scene import Scene
from tests.world import NETWORK, World
from verifier.settings import Settings


def settings_for(folder: Path) -> Settings:
    """A verifier in Gabon whose registry does not answer."""
    return Settings(
        network=NETWORK,
        charter_id=World().charter_id,
        registry_url="http://127.0.0.1:1",
        data_dir=folder,
        default_country="GA",
        development=True,
        address_hosts=frozenset({"verify.skills.example"}),
        reader_workers=1,
    )


def keep(folder: Path) -> Scene:
    """What an earlier run left on disk: the bundle and the lists."""
    scene = Scene(folder)
    (folder / "trust").mkdir()
    (folder / "trust" / "bundle.json").write_bytes(World().bundle())
    return scene
