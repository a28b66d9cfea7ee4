"""What a process has open for as long as it runs: one of each, and closed at the end."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from features.rules import ChosenEngine
from features.summaries.writing import Writer
from rounds import slices
from rounds.lifespan import LongLived
from tests.conftest import running, settings_for


async def test_one_model_serves_every_slice_and_is_closed_with_the_process(cloned_url, engines, redis, model_server):
    settings = settings_for(
        cloned_url, engines.redis_url, recommender="openai", openai_api_key="sk", openai_base_url=model_server.url
    )
    async with running(settings) as app:
        model = app.state.long_lived[Writer]._model  # noqa: SLF001 - that it is the same one shows nowhere else
        assert app.state.long_lived[ChosenEngine].engine.engine.model is model
        assert model.metrics is app.state.model_metrics
        client = model.connected()
        assert not client.is_closed()
    assert client.is_closed()


async def test_what_was_opened_is_closed_the_last_first_even_if_another_cannot_be_opened(monkeypatch):
    seen = []

    def slice_with(name, error=None):
        @asynccontextmanager
        async def opened(platform):
            if error:
                raise error
            seen.append(f"open {name} on {platform}")
            try:
                yield [name, len(name)]
            finally:
                seen.append(f"close {name}")

        return SimpleNamespace(opened=opened)

    parts = [slice_with("first"), slice_with("second")]
    monkeypatch.setattr(slices, "modules", lambda part: iter(parts if part == "lifespan" else []))
    async with slices.opened("this") as found:
        assert (found[str], found[int]) == ("second", 6)
    assert seen == ["open first on this", "open second on this", "close second", "close first"]
    seen.clear()
    parts[1] = slice_with("second", RuntimeError("no"))
    with pytest.raises(RuntimeError, match="no"):
        async with slices.opened("this"):
            seen.append("never")
    assert seen == ["open first on this", "close first"]


def test_who_asks_for_what_nobody_opened_hears_its_name():
    with pytest.raises(LookupError, match="Writer"):
        LongLived()[Writer]
