"""What an operator decides about a witness, from CERTES_WITNESS_... or given by a caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from certes.credential.errors import Refusal
from certes.runtime.key_places import FilePlace, Place, token_of
from certes.runtime.pkcs11_token import TokenPlace
from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment
from certes.trust.translog.notes import KeyUse, NoteKey, parse_vkey
from certes.trust.translog.texts import is_key_name

PREFIX = "CERTES_WITNESS_"


@dataclass(frozen=True)
class Settings:
    """A witness's configuration: several names where it stands in for countries that run none.

    `key_passphrase` never shows in a repr.
    """

    names: Mapping[str, int]  # witness name -> the number of its key in the key file
    logs: tuple[NoteKey, ...]  # the keys of the logs to watch, each under its log's origin
    data_dir: Path
    database_url: str
    key_file: Path
    key_passphrase: str = field(repr=False)
    key_token: TokenPlace | None = None  # where the keys are in a hardware security module, not in the file

    def __post_init__(self) -> None:
        if not self.names or not all(map(is_key_name, self.names)):
            raise SettingInvalid("setting_not_witness_names", field=f"{PREFIX}NAMES")
        if len(set(self.names.values())) != len(self.names):  # a cosignature does not name its witness
            raise SettingInvalid("witness_key_shared", field=f"{PREFIX}NAMES")
        if self.key_token is not None and self.key_token.where.names_key and len(self.names) > 1:
            raise SettingInvalid("witness_key_shared", field=f"{PREFIX}KEY_URI")
        if not self.logs or any(key.use is not KeyUse.NOTE for key in self.logs):
            raise SettingInvalid("setting_not_verifier_keys", field=f"{PREFIX}LOGS")

    @property
    def key_place(self) -> Place:
        """Where the keys are: the token, if one is set."""
        return self.key_token or FilePlace(self.key_file, self.key_passphrase)


def from_environment(values: Mapping[str, str] | None = None) -> Settings:
    """Read the variables. Raises SettingInvalid naming the one at fault."""
    environment = Environment(PREFIX, values)
    data_dir = _data_dir(environment)
    token = token_of(environment)
    return Settings(
        names=_names(environment),
        logs=_logs(environment),
        data_dir=data_dir,
        database_url=environment.secret("DATABASE_URL", f"sqlite:///{data_dir}/witness.sqlite"),
        key_file=key_file(environment),
        key_passphrase=environment.secret("KEY_PASSPHRASE", None if token is None else ""),
        key_token=token,
    )


def key_file(environment: Environment) -> Path:
    """Where the keys are kept: known before anything else is set, since the charter must name them."""
    return environment.path("KEY_FILE", str(_data_dir(environment) / "witness-keys.json"))


def _data_dir(environment: Environment) -> Path:
    return environment.path("DATA_DIR", "witness-data")


def _names(environment: Environment) -> dict[str, int]:
    """`witness.cm.example=1,witness.td.example=2`."""
    environment.text("NAMES")
    pairs = environment.pairs("NAMES")
    if not all(number.isascii() and number.isdigit() and len(number) < 6 for number in pairs.values()):
        raise SettingInvalid("setting_not_witness_names", field=environment.name_of("NAMES"))
    return {name: int(number) for name, number in pairs.items()}


def _logs(environment: Environment) -> tuple[NoteKey, ...]:
    """Verifier keys, with commas or space between them: `log.example+c74f20a3+ARpc...`."""
    try:
        return tuple(parse_vkey(text) for text in environment.secret("LOGS").replace(",", " ").split())
    except SettingInvalid:
        raise
    except Refusal:
        raise SettingInvalid("setting_not_verifier_keys", field=environment.name_of("LOGS")) from None
