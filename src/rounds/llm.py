"""Questions to a language model, over any server that speaks OpenAI's protocol; answers come back as checked models.

Whatever goes wrong is one exception, `ModelFailed`, so that callers can do without the model in one place. Nothing that
is asked or answered is logged.
"""

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from rounds.settings import Settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.shared_params.response_format_json_schema import JSONSchema

Answer = TypeVar("Answer", bound=BaseModel)


class ModelFailed(Exception):  # noqa: N818 - it reads as what happened
    """The model gave no answer that can be used; `str()` says why, without anything that was asked or answered."""


class LanguageModel:
    """One model on one server. The client, and the library behind it, are loaded with the first question."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.openai_model
        self._key = settings.openai_api_key
        self._base_url = settings.openai_base_url
        self._seconds = settings.openai_timeout_seconds
        self._client: AsyncOpenAI | None = None

    async def ask(self, instructions: str, data: str, answer: type[Answer], *, schema: dict[str, Any]) -> Answer:
        """What the model makes of `data`.

        Args:
            instructions: What to do; the only thing the model is told to follow.
            data: What to do it with.
            answer: The model that checks the answer.
            schema: The JSON schema that the server holds the model to, as strict as OpenAI wants it.

        Raises:
            ModelFailed: when there is no key, the server does not answer in time or refuses, or the answer is none.
        """
        client = self._connected()
        try:
            async with asyncio.timeout(self._seconds):
                form: JSONSchema = {"name": answer.__name__, "schema": schema, "strict": True}
                text = await self._text(client, instructions, data, form)
        except TimeoutError:
            raise ModelFailed(f"no answer within {self._seconds:g} s") from None
        try:
            return answer.model_validate_json(text)
        except ValidationError:
            raise ModelFailed("the answer does not have the form that was asked for") from None

    def _connected(self) -> "AsyncOpenAI":
        if self._client is None:
            if self._key is None:
                raise ModelFailed("OPENAI_API_KEY is not set")
            from openai import AsyncOpenAI  # noqa: PLC0415 - costs half a second that only those with a model pay

            self._client = AsyncOpenAI(
                api_key=self._key.get_secret_value(),
                base_url=self._base_url,
                timeout=self._seconds,
                max_retries=1,
            )
        return self._client

    async def _text(self, client: "AsyncOpenAI", instructions: str, data: str, form: "JSONSchema") -> str:
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError  # noqa: PLC0415 - as above

        try:
            completion = await client.chat.completions.create(
                model=self.name,
                messages=[{"role": "system", "content": instructions}, {"role": "user", "content": data}],
                response_format={"type": "json_schema", "json_schema": form},
            )
            text = completion.choices[0].message.content
        except APITimeoutError:
            raise TimeoutError from None
        except APIStatusError as error:
            raise ModelFailed(f"the model's server answered {error.status_code}") from None
        except APIConnectionError:
            raise ModelFailed("the model's server cannot be reached") from None
        except (OpenAIError, ValueError, AttributeError, IndexError, TypeError):
            # What is no completion at all breaks in one of these ways.
            raise ModelFailed("the model's server answered something else than a completion") from None
        if not isinstance(text, str) or not text:
            raise ModelFailed("the model gave no answer")
        return text

    async def close(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None
