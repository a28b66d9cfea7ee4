"""The signing secret is changed in service: nobody is signed out, and what is over is over at its moment."""

from contextlib import asynccontextmanager
from datetime import timedelta

from pydantic import SecretStr

from rounds import clock
from tests.conftest import SECRET, connected, running, settings_for, token_for

NEXT = "the secret that comes after it, as long as it must be"
OPTIONS = {"patients": [{"name": f"Ada {n}", "date_of_birth": "1990-01-01"} for n in range(3)]}


@asynccontextmanager
async def server(url, engines, secret, accepted=None, until=None):
    given = {"jwt_secret": SecretStr(secret), "jwt_accepted_secret": accepted and SecretStr(accepted)}
    settings = settings_for(url, engines.redis_url, database_pool=2)
    async with running(settings.model_copy(update={**given, "jwt_accepted_until": until})) as app:
        yield app


async def asks(app, token, path="/patients?limit=2") -> tuple[int, dict]:
    async with connected(app) as client:
        answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json()


async def test_servers_with_either_secret_accept_each_others_tokens_until_the_moment(cloned_url, engines, redis):
    until = clock.now() + timedelta(minutes=20)
    async with (
        server(cloned_url, engines, SECRET) as before,
        server(cloned_url, engines, SECRET, NEXT, until) as prepared,
        server(cloned_url, engines, NEXT, SECRET, until) as changed,
        server(cloned_url, engines, NEXT) as after,
    ):
        async with connected(before, "admin") as admin:
            for patient in OPTIONS["patients"]:
                assert (await admin.post("/patients", json=patient)).status_code == 201
        old, new = token_for(before, "admin"), token_for(changed, "admin")
        accepted = {
            (name, whose): (await asks(app, token))[0]
            for name, app in (("before", before), ("prepared", prepared), ("changed", changed), ("after", after))
            for whose, token in (("old", old), ("new", new))
        }
        assert accepted == {
            ("before", "old"): 200,
            ("before", "new"): 401,
            ("prepared", "old"): 200,
            ("prepared", "new"): 200,
            ("changed", "old"): 200,
            ("changed", "new"): 200,
            ("after", "old"): 401,
            ("after", "new"): 200,
        }
        _, page = await asks(before, old)
        onward = f"/patients?limit=2&cursor={page['pagination']['next_cursor']}"
        assert [(await asks(app, new, onward))[0] for app in (prepared, changed, after)] == [200, 200, 422]
        # Also what a server has seen and remembers ends at the moment, and nothing that is signed later counts.
        with clock.frozen(until):
            late = token_for(before, "admin")
            assert [(await asks(changed, token))[0] for token in (old, late)] == [401, 401]
            assert (await asks(changed, token_for(changed, "admin"), onward))[0] == 422
            assert (await asks(changed, token_for(after, "admin")))[0] == 200
