"""Every setting, read from `ROUNDS_*` environment variables and `.env`; `.env.example` is generated from this class."""

import secrets
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from ipaddress import IPv6Network, ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rounds import clock
from rounds.signing_keys import SigningKeys

LONGEST_OVERLAP = timedelta(days=1)
FEWEST_DIFFERENT_BYTES = 8  # what is random, hexadecimal digits too, has more
MINIMUM_SECRET_BYTES = 32  # RFC 7518, section 3.2: an HS256 key is at least as long as the hash


# Whoever a trusted network holds may claim any address. These have room for the subnets of a load balancer, but not for
# all pods of a cluster or all machines of a company.
WIDEST_PROXY_NETWORK = {4: 20, 6: 64}
_IPV4_AS_IPV6 = IPv6Network("::ffff:0:0/96")


class Misconfigured(RuntimeError):  # noqa: N818 - it reads as the sentence it prints
    """A setting stops the start; `str()` is one line that names the variable."""


class Settings(BaseSettings):
    """How this deployment of Rounds runs."""

    model_config = SettingsConfigDict(
        env_prefix="ROUNDS_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, populate_by_name=True
    )

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start on generated secrets or an embedded database."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(
        8000,
        ge=0,
        le=65535,
        description="Port to listen on. In development an unset port moves on to the next free one.",
    )
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    child_processes: int = Field(
        2,
        ge=1,
        le=64,
        description="Child processes of each server process, in which notes are read and summaries made. "
        "All but one of them take long notes.",
    )
    data_dir: Path = Field(
        Path(".rounds"), description="Where the embedded engines and the generated development secrets live."
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 15 or newer, `postgresql://user:password@host/database`; with several hosts, "
        "`a,b/database?target_session_attrs=read-write`, the one that takes writes. Empty: an embedded one.",
    )
    database_pooler_url: SecretStr | None = Field(
        None,
        description="PgBouncer in transaction pooling before that database, for what requests and deliveries read and "
        "write; what needs a session of its own goes to ROUNDS_DATABASE_URL itself. Empty: none.",
    )
    database_replica_url: SecretStr | None = Field(
        None,
        description="A standby of that PostgreSQL, for what only reads, or several behind one address. Empty: none.",
    )
    database_replica_seconds: float = Field(
        1.0,
        ge=0.1,
        le=60,
        description="How old what is read there may be, of what other accounts have written. What has been deleted or "
        "restricted is never shown, and nobody misses what he has written himself.",
    )
    redis_url: SecretStr | None = Field(
        None, description="Redis 7 or Valkey, `redis://host:6379/0`. Empty: an embedded one."
    )
    database_role: str | None = Field(
        None,
        pattern="^[a-z_][a-z0-9_]{0,62}$",
        description="Role whose rights alone servers and consumers use, e.g. `rounds_app`: it cannot change the audit "
        "trail. It is made, and given its rights, at the start. Empty: with the embedded PostgreSQL `rounds_app`, "
        "else whoever connects.",
    )
    audit_views: bool = Field(
        True,
        description="`false` records no views in the audit trail, to measure what they cost; production refuses it.",
    )
    database_pool: int = Field(
        10, ge=1, le=200, description="Connections each server process keeps for reads, and again for writes."
    )
    database_searches: int = Field(
        2, ge=1, le=50, description="Further connections, for searches and totals, which take turns on them."
    )
    read_seconds: float = Field(
        10.0, gt=0, le=60, description="After so long PostgreSQL gives up a plain read, and 503 is answered."
    )
    search_seconds: float = Field(15.0, gt=0, le=60, description="The same for a search or a total.")
    write_seconds: float = Field(30.0, gt=0, le=60, description="The same for a change, and for each step of a batch.")
    jwt_secret: SecretStr | None = Field(
        None, description="Signs access tokens and seals cursors; at least 32 bytes. Generated in development."
    )
    jwt_accepted_secret: SecretStr | None = Field(
        None,
        description="While the secret is changed: the next one before, the previous one after. Its tokens and cursors "
        "are accepted, too, until ROUNDS_JWT_ACCEPTED_UNTIL.",
    )
    jwt_accepted_until: AwareDatetime | None = Field(
        None, description="A moment, with its offset, at most a day away when a server starts: `2026-03-01T12:00:00Z`."
    )
    admin_username: str = Field("admin", description="The first account, made when there is none.")
    admin_password: SecretStr | None = Field(
        None, description="Its password, at least 12 characters and not easy to guess. Generated in development."
    )
    sample_data: bool | None = Field(
        None, description="Fill an empty database with a small fictional ward. Default: true in development."
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        [],
        description="Browser origins that may call the API, separated by commas. In development pages of "
        "http://localhost and http://127.0.0.1 may too, at any port.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses and networks of reverse proxies whose `X-Forwarded-For` is believed, separated by "
        "commas. Whoever connects from there may claim any address, so production refuses wide networks.",
    )
    max_body_bytes: int = Field(
        1_048_576, ge=1024, description="Largest request body in bytes where a call does not say otherwise."
    )
    consumer_in_server: bool | None = Field(
        None,
        description="Deliver events within `rounds serve`, without `rounds consume`. Default: true in development.",
    )
    consumer_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Where `rounds consume` answers /health, /health/ready and /metrics. Empty: nowhere.",
    )
    poll_seconds: float = Field(
        1.0, gt=0, le=60, description="How often undelivered events are looked for when Redis rings no doorbell."
    )
    retry_seconds: float = Field(
        1.0, gt=0, le=600, description="Wait after an event's first failed delivery; each further one doubles it."
    )
    event_retention_hours: int = Field(
        168, ge=1, description="How long delivered events are kept, for listeners that resume."
    )
    phone_region: str = Field(
        "GB", pattern="^[A-Z]{2}$", description="Country assumed for phone numbers written without `+`."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severity to log.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto` writes JSON in production and readable lines in development."
    )
    request_log: bool = Field(True, description="Log a line for each request; `false` leaves warnings and failures.")
    rehab_departments: Annotated[list[str], NoDecode] = Field(
        ["orthopaedics"], description="Departments whose surgery leads to post-operative rehabilitation, by commas."
    )
    recent_surgery_days: int = Field(90, ge=0, description="How many days surgery counts as recent.")
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        description="Key of an OpenAI-compatible server. Empty: no model is used.",
    )
    openai_base_url: str | None = Field(
        None, validation_alias="OPENAI_BASE_URL", description="Address of an OpenAI-compatible server."
    )
    openai_model: str = Field("gpt-5-mini", description="Model asked for.")
    openai_api: Literal["chat", "responses"] = Field(
        "chat", description="How it is asked: `chat` completions, which every server knows, or `responses`."
    )
    openai_timeout_seconds: float = Field(
        20.0, gt=0, le=600, description="How long a model may take for one answer, its retries included."
    )
    openai_retries: int = Field(1, ge=0, le=5, description="How often a model is asked again after a passing failure.")
    openai_context_tokens: int = Field(
        32_000, ge=500, description="How many tokens of notes a model is shown at most; the newest and heaviest."
    )
    openai_breaker_failures: int = Field(
        5, ge=1, description="After so many failures in a row a model is left alone for a while."
    )
    openai_breaker_seconds: float = Field(30.0, gt=0, le=600, description="For how long.")
    recommender: str = Field(
        "rules", description="What decides on recommendations: `rules`, `openai`, or your own `module:attribute`."
    )

    email_adapter: Literal["log", "smtp"] = Field(
        "log", description="How e-mails leave: `log` only notes that there is one, `smtp` sends it."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server, `smtp://user:password@host:587` or `smtps://…`. Unless the host is this machine, "
        "`smtp` demands STARTTLS; `?tls=off` sends in the clear.",
    )
    auditor_emails: Annotated[list[str], NoDecode] = Field(
        [], description="Who is told by e-mail when a restricted record is opened (break-glass), separated by commas."
    )
    email_from: str | None = Field(None, description="Sender of e-mails, e.g. `Rounds <rounds@example.org>`.")
    sms_adapter: Literal["log"] = Field("log", description="How text messages leave: `log` only notes them.")
    sse_heartbeat_seconds: float = Field(
        15.0, gt=0, le=300, description="Seconds between signs of life on a quiet event stream."
    )
    sse_clients: int = Field(500, ge=1, description="Event streams that one server process keeps open at most.")

    @field_validator("cors_origins", "rehab_departments", "auditor_emails", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @property
    def production(self) -> bool:
        """Whether this is a real deployment."""
        return self.environment == "production"

    @property
    def with_sample_data(self) -> bool:
        """Whether an empty database is filled with the sample ward."""
        return not self.production if self.sample_data is None else self.sample_data

    @property
    def delivers(self) -> bool:
        """Whether `rounds serve` also delivers events."""
        return not self.production if self.consumer_in_server is None else self.consumer_in_server

    @property
    def pooler_url(self) -> str | None:
        """Where the pooler answers, if there is one."""
        return self.database_pooler_url.get_secret_value() if self.database_pooler_url else None

    @cached_property
    def signing_key(self) -> bytes:
        """The secret under every token, cursor and keyed hash."""
        return (self.jwt_secret.get_secret_value() if self.jwt_secret else self._development("jwt_secret")).encode()

    @property
    def signing_keys(self) -> SigningKeys:
        """The secret that signs, and the one that is accepted beside it for a time."""
        other = self.jwt_accepted_secret.get_secret_value().encode() if self.jwt_accepted_secret else None
        return SigningKeys(self.signing_key, other, self.jwt_accepted_until)

    @cached_property
    def first_password(self) -> str:
        """The password the first account gets if it has to be made."""
        return self.admin_password.get_secret_value() if self.admin_password else self._development("admin_password")

    @property
    def generated_password_file(self) -> Path:
        """Where the password of the first account is kept if it was generated."""
        return self.data_dir / "admin_password.txt"

    @property
    def address_file(self) -> Path:
        """Where `rounds serve` writes the address at which it answers, for as long as it runs."""
        return self.data_dir / "address.txt"

    def _development(self, name: str) -> str:
        """A secret made once and kept, readable by its owner only, under the data directory."""
        if self.production:
            raise Misconfigured(f"ROUNDS_{name.upper()} is not set; production needs it.")
        path = self.data_dir / f"{name}.txt"
        self.data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not path.exists():
            # Linked into place whole, so that programs starting side by side agree on one secret.
            with NamedTemporaryFile("w", dir=self.data_dir, encoding="utf-8") as file:  # made with mode 0600
                file.write(secrets.token_urlsafe(32 if name == "jwt_secret" else 15))
                file.flush()
                with suppress(FileExistsError):
                    path.hardlink_to(file.name)
        return path.read_text(encoding="utf-8").strip()

    def check(self) -> None:
        """Refuse to start a production that is not one.

        Raises:
            Misconfigured: naming the first variable to set or correct.
        """
        self._check_secrets()
        if self.admin_password and len(self.admin_password.get_secret_value()) < 12:
            raise Misconfigured("ROUNDS_ADMIN_PASSWORD is too short; give it at least 12 characters.")
        self._check_proxies()
        if self.production:
            for name in ("jwt_secret", "admin_password", "database_url"):
                if getattr(self, name) is None:
                    raise Misconfigured(f"ROUNDS_{name.upper()} is not set; production needs it.")
            self._check_first_password()
            self._check_origins()
            if not self.audit_views:
                raise Misconfigured("ROUNDS_AUDIT_VIEWS is false; production records who looks at records.")

    @property
    def proxy_networks(self) -> list[str]:
        """Whose `X-Forwarded-For` is believed, IPv4 also as a socket for both families shows it."""
        found = []
        for part in filter(None, map(str.strip, self.trusted_proxies.split(","))):
            found.append(part)
            if part != "*" and (network := ip_network(part)).version == 4:
                found.append(f"::ffff:{network.network_address}/{96 + network.prefixlen}")
        return found

    def _check_proxies(self) -> None:
        for part in filter(None, map(str.strip, self.trusted_proxies.split(","))):
            try:
                network = ip_network("::/0" if part == "*" else part)
            except ValueError:
                raise Misconfigured(f"ROUNDS_TRUSTED_PROXIES: {part!r} is no address and no network.") from None
            widest = WIDEST_PROXY_NETWORK[network.version]
            if network.version == 6 and network.subnet_of(_IPV4_AS_IPV6):
                widest = 96 + WIDEST_PROXY_NETWORK[4]
            if self.production and network.prefixlen < widest:
                raise Misconfigured(
                    f"ROUNDS_TRUSTED_PROXIES: {part} is too wide; name the proxies, or networks of /{widest} at most."
                )

    def _check_secrets(self) -> None:
        for name, secret in (("JWT_SECRET", self.jwt_secret), ("JWT_ACCEPTED_SECRET", self.jwt_accepted_secret)):
            given = secret.get_secret_value().encode() if secret else None
            if given is not None and len(given) < MINIMUM_SECRET_BYTES:
                raise Misconfigured(f"ROUNDS_{name} is too short; give it at least {MINIMUM_SECRET_BYTES} bytes.")
            if given is not None and self.production and len(set(given)) < FEWEST_DIFFERENT_BYTES:
                raise Misconfigured(f"ROUNDS_{name} repeats itself; make one up with `openssl rand -base64 32`.")
        if (self.jwt_accepted_secret is None) != (self.jwt_accepted_until is None):
            raise Misconfigured("ROUNDS_JWT_ACCEPTED_UNTIL goes with ROUNDS_JWT_ACCEPTED_SECRET, each with the other.")
        if self.jwt_accepted_until and self.jwt_accepted_until > clock.now() + LONGEST_OVERLAP:
            raise Misconfigured("ROUNDS_JWT_ACCEPTED_UNTIL is more than a day away.")

    def _check_origins(self) -> None:
        if "*" in self.cors_origins:
            raise Misconfigured("ROUNDS_CORS_ORIGINS: * lets every page of the web call; name the frontend's origins.")

    def concerns(self) -> list[tuple[str, str]]:
        """What a production had better change, each with its variable; it starts all the same."""
        if not self.production:
            return []
        from rounds.settings_concerns import concerns_of  # noqa: PLC0415 - only productions look

        return list(concerns_of(self))

    def _check_first_password(self) -> None:
        from rounds.auth import guessable  # noqa: PLC0415 - it needs lists that nothing else of a start does

        password = self.admin_password.get_secret_value() if self.admin_password else ""
        if guessable(password, (self.admin_username,)):
            raise Misconfigured("ROUNDS_ADMIN_PASSWORD is easy to guess; use a few unrelated words, or generate one.")


def load(**overrides: Any) -> Settings:
    """The settings of this process.

    Raises:
        Misconfigured: with one line that names the first variable that cannot be used.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0])
        variable = name if name.startswith("OPENAI_") else f"ROUNDS_{name.upper()}"
        raise Misconfigured(f"{variable}: {first['msg']}.") from None
    settings.check()
    return settings


def env_example() -> str:
    """The text of `.env.example`: every variable with what it does and its default."""
    lines = ["# Copy to .env and change what you need; every value below is the default.", ""]
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"ROUNDS_{name.upper()}")
        default = field.default
        shown = ",".join(default) if isinstance(default, list) else "" if default is None else default
        lines += [f"# {field.description}", f"# {variable}={shown}", ""]
    return "\n".join(lines[:-1]) + "\n"
