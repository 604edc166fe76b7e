"""A server of a language model, over real sockets: how it should be, and all that can go wrong."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, unquote

import pytest

from rag.config import GenerateSettings
from rag.errors import GeneratorError, SettingsError
from rag.generation.backends import make_generator
from rag.generation.connection import Connection
from rag.generation.endpoint import Endpoint
from rag.generation.estimating import estimate_prompt
from rag.generation.records import Generator, Message
from rag.generation.wire import EventReader, wait_asked_for
from tests.scripted_server import Handler, Script, ScriptedServer, answers, says, serving

MESSAGES = [Message("system", "Chỉ dùng bằng chứng."), Message("user", "Bão số 3 gây thiệt hại gì?")]
KEY = "sk-khoa-bi-mat-1234567890"

Serve = Callable[..., ScriptedServer]
Make = Callable[..., Generator]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def started(*scripts: Script, **options: Any) -> ScriptedServer:
            return stack.enter_context(serving(ScriptedServer(list(scripts) or [says("xin chào")], **options)))

        yield started


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr("rag.generation.endpoint._FIRST_PAUSE_S", 0.05)
    made: list[Generator] = []

    def maker(server: ScriptedServer | str, **settings: Any) -> Generator:
        address = server if isinstance(server, str) else server.address
        made.append(make_generator(GenerateSettings(generator=address, **settings)))
        return made[-1]

    yield maker
    for generator in made:
        generator.close()


def said(generator: Generator, *, max_tokens: int = 64, stop: threading.Event | None = None) -> str:
    return "".join(generator.stream(MESSAGES, max_tokens=max_tokens, stop=stop or threading.Event()))


def failure(generator: Generator, **options: Any) -> str:
    with pytest.raises(GeneratorError) as caught:
        said(generator, **options)
    return str(caught.value)


# How it should be


def test_words_come_while_the_model_still_speaks(serve: Serve, make: Make) -> None:
    heard = threading.Event()

    def script(handler: Handler) -> None:
        handler.begin()
        handler.say("Bão ")
        assert heard.wait(10)
        handler.say("số 3 [1].")
        handler.done()

    words = make(serve(script)).stream(MESSAGES, max_tokens=64, stop=threading.Event())
    assert next(words) == "Bão "
    heard.set()
    assert list(words) == ["số 3 [1]."]


def test_the_request_is_of_the_settings(serve: Serve, make: Make) -> None:
    server = serve()
    assert said(make(server, model="gemma3:4b", temperature=0.5), max_tokens=77) == "xin chào"
    body = server.chats[0].body
    assert body["model"] == "gemma3:4b"
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (77, 0.5, True)
    assert body["messages"] == [{"role": each.role, "content": each.text} for each in MESSAGES]


def test_without_a_name_the_first_model_listed_is_taken(serve: Serve, make: Make) -> None:
    server = serve(models={"data": [{"id": "/models/one.gguf"}, {"id": "two"}]})
    generator = make(server)
    assert generator.name == "localhost"
    assert said(generator) == "xin chào"
    assert server.chats[0].body["model"] == "/models/one.gguf"
    assert generator.name == "one.gguf"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://127.0.0.1:8080/v1", "m"),
        ("http://[::1]:8080/v1", "m"),
        ("http://10.1.2.3:8080/v1", "m"),
        ("http://192.168.0.7/v1", "m"),
        ("http://gpu7:8000/v1", "m"),
        ("http://gpu7.local:8000/v1", "m"),
        ("https://llm.example.vn:8443/v1", "m (llm.example.vn:8443)"),
        ("http://203.0.114.5/v1", "m (203.0.114.5)"),
    ],
)
def test_readers_are_told_no_address_of_ones_own_network(make: Make, address: str, name: str) -> None:
    assert make(address, model="m").name == name


def test_a_server_that_lists_nothing_is_asked_for_the_model_named(serve: Serve, make: Make) -> None:
    assert said(make(serve(models=None), model="one")) == "xin chào"
    assert "set generate.model" in failure(make(serve(models={"data": []})))


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_address_may_be_written_in_many_ways(serve: Serve, make: Make, suffix: str) -> None:
    server = serve()
    assert said(make(f"http://127.0.0.1:{server.port}{suffix}")) == "xin chào"


def test_markers_out_of_range_and_odd_words_are_passed_on(serve: Serve, make: Make) -> None:
    words = ["Có [99] và [0][-1]. ", "<b>[1](http://x)</b>\n", "\u2028data: [DONE]\n\n", "😀"]
    assert said(make(serve(says(*words)))) == "".join(words)


def test_thoughts_are_not_shown(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"delta": {"reasoning_content": "thầm"}}]})
        for words in ("\n<th", "ink>nghĩ", " mãi</thi", "nk>\n", "Đáp <think> án"):
            handler.say(words)
        handler.done()

    assert said(make(serve(script))) == "Đáp <think> án"


def thinking(words: int = 0) -> Script:
    """Thoughts, as words between marks, up to the most tokens; words behind them where there is room for both."""

    def script(handler: Handler) -> None:
        most, thoughts = handler.body["max_tokens"], 600
        handler.begin()
        handler.say("<think>")
        for _ in range(min(most, thoughts)):
            handler.say("ừm ")
        if most > thoughts + words:
            handler.say("</think>Đáp.")
            handler.done()
        else:
            handler.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]})
            handler.event(b"[DONE]")
            handler.end()

    return script


def test_a_model_that_thinks_gets_room_for_its_thoughts(serve: Serve, make: Make) -> None:
    server = serve(thinking())
    generator = make(server)
    for _ in range(2):
        assert said(generator, max_tokens=512) == "Đáp."
    assert [each.body["max_tokens"] for each in server.chats] == [512, 2560, 2560]


def test_a_model_that_only_thinks_is_told_as_one(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        for _ in range(4):
            handler.event({"choices": [{"index": 0, "delta": {"reasoning_content": "thầm"}}]})
        handler.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]})
        handler.event(b"[DONE]")
        handler.end()

    server = serve(script)
    with pytest.raises(GeneratorError, match=r"nothing but the model's thoughts.*generate\.max_tokens") as caught:
        said(make(server))
    assert caught.value.problem == "thoughts"
    assert [each.body["max_tokens"] for each in server.chats] == [64, 64 + 2_048]
    # Without room for more it is asked once.
    server = serve(script)
    assert "thoughts" in failure(make(server, context_tokens=100))
    assert len(server.chats) == 1


def test_a_server_that_does_not_stream_is_understood(serve: Serve, make: Make) -> None:
    whole = {"choices": [{"message": {"role": "assistant", "content": "Cả câu."}, "finish_reason": "stop"}]}
    assert said(make(serve(lambda handler: handler.json(whole)))) == "Cả câu."


def test_events_and_whole_answers_are_known_by_what_they_are(serve: Serve, make: Make) -> None:
    def events(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.say("Cả ")
        handler.say("câu.")
        handler.done()

    whole = json.dumps({"choices": [{"message": {"content": "Cả câu."}, "finish_reason": "stop"}]}).encode()
    assert said(make(serve(events))) == "Cả câu."
    for kind, before in (("text/plain", b""), ("application/json", b"\xef\xbb\xbf"), ("text/event-stream", b"\n")):
        assert said(make(serve(lambda handler, kind=kind, body=before + whole: handler.raw(body, kind)))) == "Cả câu."


def test_an_empty_answer_is_no_error(serve: Serve, make: Make) -> None:
    assert said(make(serve(says()))) == ""


def test_settings_that_a_service_refuses_are_put_otherwise(serve: Serve, make: Make) -> None:
    server = serve(
        answers(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        answers(400, "'temperature' does not support 0.0 with this model."),
        says("được"),
    )
    generator = make(server, retries=0)
    assert said(generator, max_tokens=9) == "được"
    assert server.chats[-1].body["max_completion_tokens"] == 9
    assert "temperature" not in server.chats[-1].body
    said(generator)
    assert len(server.chats) == 4


# Patience


def test_stop_ends_the_wait_while_nothing_comes(serve: Serve, make: Make) -> None:
    server = serve(Handler.wait_until_left)
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    assert said(make(server, timeout_s=30), stop=stop) == ""
    assert time.monotonic() - begun < 2
    assert server.left.wait(2), "the connection is closed, so that the server can stop, too"


def test_stop_between_two_words(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.say("một ")
        handler.wait_until_left()

    server = serve(script)
    stop = threading.Event()
    words = make(server).stream(MESSAGES, max_tokens=64, stop=stop)
    assert next(words) == "một "
    stop.set()
    assert list(words) == []
    assert server.left.wait(2)


def test_who_leaves_without_stopping_closes_the_connection(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.say("một ")
        handler.wait_until_left()

    server = serve(script)
    words = make(server).stream(MESSAGES, max_tokens=64, stop=threading.Event())
    next(words)
    words.close()  # type: ignore[attr-defined]
    assert server.left.wait(2)


def test_stop_during_the_pause_between_attempts(serve: Serve, make: Make) -> None:
    server = serve(answers(503, Retry_After="20"))
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    assert said(make(server), stop=stop) == ""
    assert time.monotonic() - begun < 2


def test_a_silent_server_is_left(serve: Serve, make: Make) -> None:
    begun = time.monotonic()
    message = failure(make(serve(Handler.wait_until_left), timeout_s=0.4))
    assert 0.3 < time.monotonic() - begun < 3
    assert "no words for 0.4 s" in message
    assert "generate.timeout_s" in message


def test_patience_counts_from_word_to_word_and_signs_of_life_are_no_words(serve: Serve, make: Make) -> None:
    assert said(make(serve(says(*"abcdef", pause_s=0.2)), timeout_s=0.6)) == "abcdef"

    def pings(handler: Handler) -> None:
        handler.begin()
        for _ in range(100):
            handler.send(b": ping\n\n")
            handler.event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
            time.sleep(0.1)

    assert "no words for 0.6 s" in failure(make(serve(pings), timeout_s=0.6))


def test_an_answer_is_complete_without_the_closing_mark(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"delta": {"content": "xong"}, "finish_reason": "stop"}]})
        handler.end()

    assert said(make(serve(script))) == "xong"


# Attempts


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(serve: Serve, make: Make, status: int) -> None:
    server = serve(answers(status), answers(status), says("lần ba"))
    assert said(make(server)) == "lần ba"
    first, second, third = (each.at for each in server.chats)
    assert second - first >= 0.05
    assert third - second >= 0.1


def test_no_more_attempts_than_the_settings_allow(serve: Serve, make: Make) -> None:
    server = serve(answers(503, "đang tải mô hình"))
    assert "answers 503: đang tải mô hình" in failure(make(server, retries=1))
    assert len(server.chats) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_lasting_failure_is_not_tried_again(serve: Serve, make: Make, status: int) -> None:
    server = serve(answers(status, "không"))
    told = failure(make(server))
    assert f"answers {status}" in told
    # What is said of a wrong key repeats it.
    assert ("không" in told) == (status not in {401, 403})
    assert len(server.chats) == 1


def test_an_answer_without_a_word_is_asked_for_once_more(serve: Serve, make: Make) -> None:
    server = serve(says(""), says("lần hai"))
    assert said(make(server)) == "lần hai"
    server = serve(says(""))
    assert said(make(server)) == ""
    assert len(server.chats) == 2
    server = serve(says(""))
    assert said(make(server, retries=0)) == ""
    assert len(server.chats) == 1


def test_retry_after_is_honoured(serve: Serve, make: Make) -> None:
    server = serve(answers(429, Retry_After="1"), says("được"))
    assert said(make(server)) == "được"
    first, second = (each.at for each in server.chats)
    assert second - first >= 1.0


def test_retry_after_as_a_date_is_honoured(serve: Serve, make: Make) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    server = serve(answers(503, Retry_After=moment), says("được"))
    assert said(make(server)) == "được"
    first, second = (each.at for each in server.chats)
    assert second - first >= 1.0


def test_a_longer_wait_than_our_patience_is_not_waited(serve: Serve, make: Make) -> None:
    begun = time.monotonic()
    assert "answers 429" in failure(make(serve(answers(429, Retry_After="3600"))))
    assert time.monotonic() - begun < 3


def test_a_server_that_hangs_up_is_tried_again(serve: Serve, make: Make) -> None:
    server = serve(lambda handler: handler.connection.close(), says("được"))
    assert said(make(server)) == "được"


def test_nobody_listens(make: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = failure(make(f"http://127.0.0.1:{port}/v1", retries=1))
    assert "cannot be reached" in message
    assert "Start it, or check the address" in message


# What cannot be understood


def cut_off(handler: Handler) -> None:
    handler.begin()
    handler.say("Bão số ")
    handler.connection.close()


def ended_early(handler: Handler) -> None:
    handler.begin()
    handler.say("Bão số ")
    handler.end()


@pytest.mark.parametrize("script", [cut_off, ended_early])
def test_words_that_break_off_are_told_and_not_tried_again(serve: Serve, make: Make, script: Script) -> None:
    server = serve(script, says("không được hỏi"))
    words = make(server).stream(MESSAGES, max_tokens=64, stop=threading.Event())
    assert next(words) == "Bão số "
    with pytest.raises(GeneratorError, match="broke off"):
        next(words)
    assert len(server.chats) == 1


def streams(*data: bytes) -> Script:
    def script(handler: Handler) -> None:
        handler.begin()
        for each in data:
            handler.send(each)
        handler.end()

    return script


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (streams(b"data: {not json\n\n"), "no JSON"),
        (streams(b"data: " + b"[" * 100_000 + b"\n\n"), "no JSON"),
        (streams(b"data: [1, 2]\n\n"), "no chat completion"),
        (streams(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'), "no chat completion"),
        (streams(b'data: {"choices": [7]}\n\n'), "no chat completion"),
        (streams(b'data: {"object": "thing"}\n\n'), "no chat completion"),
        (streams('data: {"choices": [{"delta": {"content": "Đà"}}]}\n\n'.encode("cp1258")), "not UTF-8"),
        (lambda handler: handler.raw(b"<html>hello</html>", "application/json"), "no JSON"),
        (lambda handler: handler.raw(b"<html>hello</html>", "text/html"), "ended before the answer did"),
        (streams(b'data: {"error": {"message": "out of memory"}}\n\n'), "reports an error: out of memory"),
        (streams(b'error: {"message": "slot unavailable", "error": "slot unavailable"}\n\n'), "slot unavailable"),
    ],
)
def test_what_cannot_be_understood_is_told(serve: Serve, make: Make, script: Script, expected: str) -> None:
    assert expected in failure(make(serve(script), retries=0))


def test_words_cut_between_two_blocks_are_whole(serve: Serve, make: Make) -> None:
    data = 'data: {"choices": [{"delta": {"content": "Đà Nẵng"}, "finish_reason": "stop"}]}\r\n\r\n'.encode()
    assert said(make(serve(streams(*(data[at : at + 1] for at in range(len(data))))))) == "Đà Nẵng"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 1_000])
def test_lines_may_end_in_any_way(end: bytes, size: int) -> None:
    sent = b"\xef\xbb\xbf" + end.join((b": sign", b"data: m\xe1\xbb\x99t", b"data: hai", b"", b"data: ba", b"", b""))
    reader = EventReader(10_000)
    events = [event for at in range(0, len(sent), size) for event in reader.feed(sent[at : at + size])]
    assert [*events, *reader.end()] == ["một\nhai", "ba"]


def test_bytes_without_lines_take_linear_time() -> None:
    reader = EventReader(10_000_000)
    begun = time.process_time()
    for _ in range(400_000):
        reader.feed(b"x")
    assert time.process_time() - begun < 8


def test_more_words_than_asked_for_are_not_listened_to(serve: Serve, make: Make) -> None:
    def endless(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.say("nữa ")

    server = serve(endless)
    assert 10 <= said(make(server), max_tokens=10).count("nữa") <= 30
    assert server.left.wait(5)


@pytest.mark.parametrize("data", [b"x" * 65_536, b": ping\n" * 10_000, b'data: {"choices": []}\n\n' * 3_000])
def test_endless_bytes_without_words_are_refused(serve: Serve, make: Make, data: bytes) -> None:
    def endless(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.send(data)

    server = serve(endless)
    assert "sends without end" in failure(make(server), max_tokens=10)
    assert server.left.wait(5)


def test_a_base_model_is_told_as_one(serve: Serve, make: Make) -> None:
    refusal = "As of transformers v4.44, default chat template is no longer allowed"
    for status in (400, 500):
        server = serve(answers(status, refusal))
        assert "take an instruct model" in failure(make(server))
        assert len(server.chats) == 1


ODD_LISTS: list[Any] = [{"data": 5}, {"data": True}, {"data": {"id": 1}}, [1], 7, {"data": [None, [], {"id": 3}]}]


@pytest.mark.parametrize("models", ODD_LISTS)
def test_a_list_of_models_that_is_none_names_none(serve: Serve, make: Make, models: Any) -> None:
    server = serve(models=models)
    assert "lists no model" in failure(make(server))
    assert said(make(server, model="one")) == "xin chào"
    with pytest.raises(GeneratorError, match="lists no model"):
        make(server).open()  # type: ignore[attr-defined]


def test_what_nobody_has_foreseen_is_told_and_logged(
    serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HOIBAO_API_KEY", KEY)
    generator = make(serve())

    def bug(*_: object) -> None:
        raise TypeError(f"unforeseen {KEY}")

    monkeypatch.setattr("rag.generation.reply.piece_of", bug)
    assert "cannot be handled (TypeError)" in failure(generator)
    monkeypatch.setattr("rag.generation.endpoint.read_facts", bug)
    other = make(serve())
    assert "cannot be handled (TypeError)" in failure(other)
    assert other.context_tokens == 4096
    assert other.count_tokens(MESSAGES) == estimate_prompt(MESSAGES)
    assert "in bug" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "header", ["Tue, 01 Jan 2030 00:00:00 +9999999999999", "Mon, 01 Jan 10000 00:00:00 GMT", "Mon", "1e9", "²"]
)
def test_a_wait_that_is_none_is_not_asked_for(header: str) -> None:
    assert wait_asked_for(header) is None


def test_an_address_that_moved_is_not_followed(serve: Serve, make: Make) -> None:
    other = serve()
    server = serve(answers(307, Location=f"{other.address}/chat/completions"))
    assert "moved" in failure(make(server))
    assert other.asked == []


# The key


def test_the_key_goes_to_the_server_alone(
    serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MY_KEY", f"{KEY}\n")
    padding = "x" * 290
    server = serve(says("chào"), answers(401, f"Incorrect API key provided: {KEY}"), answers(401, padding + KEY))
    generator = make(server, key_variable="MY_KEY")
    assert said(generator) == "chào"
    assert {each.headers["Authorization"] for each in server.asked} == {f"Bearer {KEY}"}
    told = [repr(generator), str(vars(generator)), repr(vars(vars(generator)["_connection"])), generator.name]
    for _ in range(2):
        with pytest.raises(GeneratorError) as caught:
            said(generator)
        told += [str(caught.value), "".join(traceback.format_exception(caught.value))]
    assert "generate.key_variable" in told[4]
    listed = make(serve(models={"data": [{"id": f"model-{KEY}"}]}), key_variable="MY_KEY")
    said(listed)
    assert all(KEY[:8] not in each for each in [*told, listed.name, caplog.text])


@pytest.mark.parametrize(
    "written",
    [
        "{key}",
        "{upper}",
        "path /{quoted}/",
        "path /{twice}/",
        "{begins}...",
        "{begins} … {upper}",
    ],
)
def test_no_form_of_the_key_is_told(
    serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, written: str
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "sk-Bí/+mật".encode().hex() + "/+Geheim=77"
    monkeypatch.setenv("HOIBAO_API_KEY", key)
    quoted = quote(key, safe="")
    message = written.format(
        key=key, upper=key.upper(), quoted=quoted, twice=quote(quoted, safe=""), begins=key[: len(key) // 2]
    )
    server = serve(answers(400, f"trước {message} sau"), answers(401, message))
    told = failure(make(server))
    assert "trước" in told
    assert "sau" in told
    told += failure(make(server)) + caplog.text
    plain = unquote(unquote(told)).lower()
    assert key[:10].lower() not in plain
    assert "geheim" not in plain


def test_without_a_key_none_is_sent_not_even_another_services(
    serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOIBAO_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = serve()
    said(make(server))
    assert all("Authorization" not in each.headers for each in server.asked)


@pytest.mark.parametrize("key", ["khoá", "two words", "a\x07b"])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("HOIBAO_API_KEY", key)
    with pytest.raises(SettingsError) as caught:
        make_generator(GenerateSettings(generator="http://127.0.0.1:1/v1"))
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://user:sk-geheim@host/v1", "https://host/v1?key=sk-geheim", "http:///v1", "http://host:port/v1"]
)
def test_addresses_that_none_can_be(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        make_generator(GenerateSettings(generator=address))
    assert "sk-geheim" not in str(caught.value)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert said(make(serve())) == "xin chào"


# Room and tokens


def test_the_context_is_what_settings_or_server_state(serve: Serve, make: Make) -> None:
    vllm = {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 8192}]}
    assert make(serve(models=vllm)).context_tokens == 8192
    assert make(serve(models=vllm), context_tokens=2048).context_tokens == 2048
    assert make(serve()).context_tokens == 4096
    llama = {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx_train": 32768}}]}
    props = {"/props": lambda _: {"default_generation_settings": {"n_ctx": 3072}}}
    assert make(serve(models=llama, routes=props)).context_tokens == 3072
    newer = {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx_train": 32768, "n_ctx": 2560}}]}
    assert make(serve(models=newer, routes=props)).context_tokens == 2560
    assert make("http://127.0.0.1:9/v1").context_tokens == 4096


def test_tokens_are_counted_by_the_server_where_it_can(serve: Serve, make: Make) -> None:
    def vllm(body: Any) -> Any:
        return {"count": sum(len(each["content"].split()) for each in body["messages"]), "max_model_len": 1}

    models = {"data": [{"id": "m", "owned_by": "vllm"}]}
    assert make(serve(models=models, routes={"/tokenize": vllm})).count_tokens(MESSAGES) == 11

    routes: dict[str, Any] = {
        "/apply-template": lambda body: {"prompt": "|".join(each["content"] for each in body["messages"])},
        "/tokenize": lambda body: {"tokens": list(body["content"])},
    }
    llama = {"data": [{"id": "m", "owned_by": "llamacpp"}]}
    assert make(serve(models=llama, routes=routes)).count_tokens(MESSAGES) == len("|".join(m.text for m in MESSAGES))

    counted = {"/extras/tokenize/count": lambda body: {"count": len(body["input"].split())}}
    python = {"data": [{"id": "m", "owned_by": "me"}]}
    assert make(serve(models=python, routes=counted)).count_tokens(MESSAGES) >= 11


def test_elsewhere_tokens_are_estimated(serve: Serve, make: Make) -> None:
    server = serve(models={"data": [{"id": "m", "owned_by": "vllm"}]})
    generator = make(server)
    assert generator.count_tokens(MESSAGES) == estimate_prompt(MESSAGES)
    asked = len(server.asked)
    assert generator.count_tokens(MESSAGES) == estimate_prompt(MESSAGES)
    assert len(server.asked) == asked, "a server that refused to count is not asked again"
    assert make("http://127.0.0.1:9/v1").count_tokens(MESSAGES) == estimate_prompt(MESSAGES)


@pytest.mark.parametrize("count", [float("inf"), -7, 0, True, None, "9", [], 1.5])
def test_a_count_that_is_none_is_estimated(serve: Serve, make: Make, count: Any) -> None:
    vllm = {"data": [{"id": "m", "owned_by": "vllm"}]}
    generator = make(serve(models=vllm, routes={"/tokenize": lambda _: {"count": count}}))
    assert generator.count_tokens(MESSAGES) == estimate_prompt(MESSAGES)


def test_a_server_that_would_not_count_is_asked_again_later(
    serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.generation.endpoint._PAUSE_S", 0.3)
    server = serve(models={"data": [{"id": "m", "owned_by": "vllm"}]})
    generator = make(server)
    assert generator.count_tokens(MESSAGES) == estimate_prompt(MESSAGES)
    server.routes["/tokenize"] = lambda _: {"count": 3}
    time.sleep(0.4)
    assert generator.count_tokens(MESSAGES) == 3


def test_a_model_that_was_exchanged_is_found(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        says("xin chào")(handler) if handler.body["model"] == "new" else handler.status(404, "no such model")

    server = serve(script, models={"data": [{"id": "old"}]})
    generator = make(server)
    assert "generate.model" in failure(generator)
    server.models = {"data": [{"id": "new"}]}
    assert said(generator) == "xin chào"
    assert generator.name.startswith("new")
    # One that the settings name is asked for as it is named.
    server = serve(script)
    assert "generate.model" in failure(make(server, model="old"))
    assert len(server.chats) == 1


def test_a_server_that_does_not_answer_is_not_asked_again_at_once(make: Make) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        generator = make(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", timeout_s=0.5, retries=0)
        begun = time.monotonic()
        assert generator.context_tokens == 4096
        for _ in range(8):
            assert generator.count_tokens(MESSAGES) == estimate_prompt(MESSAGES)
        assert 0.4 < time.monotonic() - begun < 2
        assert "does not answer" in failure(generator)


def test_a_prompt_that_is_too_long_is_no_refused_setting(serve: Serve, make: Make) -> None:
    server = serve(answers(400, "max_tokens is too large: the maximum context length is 2048 tokens"))
    assert "generate.context_tokens" in failure(make(server))
    assert len(server.chats) == 1
    assert "max_tokens" in server.chats[0].body


def test_estimates_learn_from_what_the_server_counts(serve: Serve, make: Make) -> None:
    long = [Message("user", "Bão số 3 đổ bộ vào Quảng Ninh. " * 100)]
    estimate = estimate_prompt(long)

    def script(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"delta": {"content": "ừ"}, "finish_reason": "stop"}]})
        handler.event({"choices": [], "usage": {"prompt_tokens": estimate // 2, "completion_tokens": 1}})
        handler.event(b"[DONE]")
        handler.end()

    generator = make(serve(script))
    assert generator.count_tokens(long) == estimate
    assert "".join(generator.stream(long, max_tokens=5, stop=threading.Event())) == "ừ"
    assert generator.count_tokens(long) == pytest.approx(estimate * 0.625, abs=2)


def test_a_count_that_no_tokenizer_has_is_not_believed(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"delta": {"content": "ừ"}, "finish_reason": "stop"}]})
        handler.event({"choices": [], "usage": {"prompt_tokens": 1}})
        handler.event(b"[DONE]")
        handler.end()

    long = [Message("user", "Bão số 3 đổ bộ vào Quảng Ninh. " * 100)]
    generator = make(serve(script))
    list(generator.stream(long, max_tokens=5, stop=threading.Event()))
    assert generator.count_tokens(long) == estimate_prompt(long)


def test_answers_at_the_same_time_do_not_mix(serve: Serve, make: Make) -> None:
    def script(handler: Handler) -> None:
        says(*(str(handler.body["max_tokens"]) for _ in range(20)), pause_s=0.01)(handler)

    generator = make(serve(script))
    heard: dict[int, str] = {}

    def ask(max_tokens: int) -> None:
        heard[max_tokens] = said(generator, max_tokens=max_tokens)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50, 58)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert heard == {number: str(number) * 20 for number in range(50, 58)}


def test_a_closed_generator_says_so(serve: Serve, make: Make) -> None:
    generator = make(serve())
    assert said(generator) == "xin chào"
    generator.close()
    generator.close()
    assert "closed" in failure(generator)


def test_who_asks_while_it_is_closed_is_told_so(serve: Serve, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = make(serve())
    started = Connection._started

    def closed_behind(connection: Connection) -> Any:
        portal = started(connection)
        connection.close()
        return portal

    monkeypatch.setattr(Connection, "_started", closed_behind)
    assert "is closed" in failure(generator)
    with pytest.raises(GeneratorError, match="is closed"):
        make(serve()).open()  # type: ignore[attr-defined]


def test_nothing_is_asked_before_the_first_question(serve: Serve, make: Make) -> None:
    server = serve()
    generator = make(server)
    assert generator.name
    assert server.asked == []
    assert isinstance(generator, Endpoint)


def test_without_a_generator_nothing_of_it_is_imported() -> None:
    program = (
        "import sys, json, rag.cli, rag.pipeline, rag.config; rag.config.load_settings();"
        "print(json.dumps(sorted(name for name in sys.modules"
        " if name.startswith(('rag.generation.', 'httpx', 'transformers', 'torch')))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
